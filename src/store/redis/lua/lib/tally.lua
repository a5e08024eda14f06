-- tally.lua (library): sums over the account's life, rows of usage, and the entries of the ledger;
-- src/account/figures/totals.ts in Lua.
local tally
tally = {
  rows = {}, -- of usage, see usage-rows.lua
  entries = {}, -- to be appended: fields and values of each
  counted = nil, -- requests and refusals before the first row of this command

  row = function(text)
    tally.rows[#tally.rows + 1] = text
  end,

  -- What a request has used: in the totals, and with what else was measured of it in its day and lines.
  use = function(dayStart, requests, charge, measured)
    local c = account.counters
    tally.counted = tally.counted or c.requests + c.refused
    c.requests, c.inputTokens = c.requests + requests, c.inputTokens + charge[1]
    c.outputTokens = c.outputTokens + charge[2]
    c.nanoUsd = math.min(c.nanoUsd + charge[3], 9007199254740991)
    tally.row(account.digits({ dayStart, requests, charge[1], charge[2], charge[3] }) .. ' ' .. measured)
  end,

  -- One refusal more; in the totals alone where no day is known.
  refuse = function(dayStart)
    local c = account.counters
    tally.counted = tally.counted or c.requests + c.refused
    c.refused = c.refused + 1
    if dayStart then tally.row(string.format('%d', dayStart)) end
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
