-- tally.lua (library): sums over the account's life and by local day, refusals by the minute, and the
-- entries of the ledger; src/account/totals.ts and refusals.ts in Lua.
local tally = {
  days = {}, -- by the day's start: requests, refused, input tokens, output tokens, nano-USD
  entries = {}, -- to be appended: fields and values of each
}

function tally.dayName(start)
  return string.format('day:%013d', start)
end

function tally.day(start)
  local day = tally.days[start]
  if not day then
    local bytes = account.field(tally.dayName(start))
    day = { 0, 0, 0, 0, 0 }
    if bytes then day[1], day[2], day[3], day[4], day[5] = struct.unpack('<ddddd', bytes) end
    tally.days[start] = day
  end
  return day
end

-- To the totals alone where no day is known.
function tally.add(dayStart, requests, refused, inputTokens, outputTokens, nanoUsd)
  local c = account.counters
  c.requests, c.refused = c.requests + requests, c.refused + refused
  c.inputTokens, c.outputTokens = c.inputTokens + inputTokens, c.outputTokens + outputTokens
  c.nanoUsd = c.nanoUsd + nanoUsd
  if not dayStart then return end
  local day = tally.day(dayStart)
  day[1], day[2], day[3] = day[1] + requests, day[2] + refused, day[3] + inputTokens
  day[4], day[5] = day[4] + outputTokens, day[5] + nanoUsd
end

-- Appends under the next sequence number: `k` the kind, `n` digits with the time first, then pairs.
function tally.append(kind, numbers, ...)
  local c = account.counters
  c.seq = c.seq + 1
  tally.entries[#tally.entries + 1] = { string.format('%d-0', c.seq), 'k', kind, 'n', numbers, ... }
end

function tally.minute()
  return math.floor(account.now / 60000) * 60000
end

-- The minute and { reason = count } of the refusals not yet written out; nil when there are none.
function tally.refusals()
  local bytes = account.field('refusals')
  if not bytes then return nil end
  return cmsgpack.unpack(bytes)
end

function tally.countRefusal(reason)
  tally.add(periods.running('day'), 0, 1, 0, 0, 0)
  local minuteMs, counts = tally.refusals()
  counts = minuteMs and counts or {}
  counts[reason] = (counts[reason] or 0) + 1
  account.put('refusals', cmsgpack.pack(tally.minute(), counts))
end

-- By bytes: Lua's own comparison follows the server's locale.
local function comesFirst(one, other)
  for at = 1, math.min(#one, #other) do
    local left, right = string.byte(one, at), string.byte(other, at)
    if left ~= right then return left < right end
  end
  return #one < #other
end

-- Writes out what an earlier minute has counted, reasons in order.
function tally.flushRefusals()
  local minuteMs, counts = tally.refusals()
  if not minuteMs or minuteMs >= tally.minute() then return end
  local reasons = {}
  for reason in pairs(counts) do
    reasons[#reasons + 1] = reason
  end
  table.sort(reasons, comesFirst)
  for at = 1, #reasons do
    local numbers = account.digits({ account.now, minuteMs, counts[reasons[at]] })
    tally.append('refused', numbers, 'r', reasons[at])
  end
  account.put('refusals', false)
end

-- Written at most once a minute and key.
function tally.noteKeyUse(keyId, usedAtMs)
  if keyId == '' then return end
  local known = account.field('used:' .. keyId)
  if known and usedAtMs - tonumber(known) < 60000 then return end
  account.put('used:' .. keyId, string.format('%d', usedAtMs))
end
