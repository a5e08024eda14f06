-- tally.lua (library): sums over the account's life and by local day, and the entries of the ledger;
-- src/account/totals.ts in Lua.
local tally
tally = {
  days = {}, -- by the day's start: requests, refused, input tokens, output tokens, nano-USD
  entries = {}, -- to be appended: fields and values of each

  dayName = function(start)
    return string.format('day:%013d', start)
  end,

  day = function(start)
    local day = tally.days[start]
    if not day then
      local bytes = account.field(tally.dayName(start))
      day = { 0, 0, 0, 0, 0 }
      if bytes then day[1], day[2], day[3], day[4], day[5] = struct.unpack('<ddddd', bytes) end
      tally.days[start] = day
    end
    return day
  end,

  -- To the totals alone where no day is known.
  add = function(dayStart, requests, refused, inputTokens, outputTokens, nanoUsd)
    local c = account.counters
    c.requests, c.refused = c.requests + requests, c.refused + refused
    c.inputTokens, c.outputTokens = c.inputTokens + inputTokens, c.outputTokens + outputTokens
    c.nanoUsd = c.nanoUsd + nanoUsd
    if not dayStart then return end
    local day = tally.day(dayStart)
    day[1], day[2], day[3] = day[1] + requests, day[2] + refused, day[3] + inputTokens
    day[4], day[5] = day[4] + outputTokens, day[5] + nanoUsd
  end,

  -- Appends under the next sequence number: `k` the kind, `n` digits with the time first, then pairs.
  append = function(kind, numbers, ...)
    local c = account.counters
    c.seq = c.seq + 1
    tally.entries[#tally.entries + 1] = { string.format('%d-0', c.seq), 'k', kind, 'n', numbers, ... }
  end,

  -- The field that tells when the key of a context was last used; '' for a request without a key.
  usedName = function(context)
    local keyId = cjson.decode(context)[6]
    return type(keyId) == 'string' and 'used:' .. keyId or ''
  end,

  -- Written at most once a minute and key.
  noteKeyUse = function(name, usedAtMs)
    if name == '' then return end
    local known = account.field(name)
    if known and usedAtMs - tonumber(known) < 60000 then return end
    account.put(name, string.format('%d', usedAtMs))
  end,
}
