-- sweep.lua: charges what ran out, drops old marks, writes out counted refusals; tells when there is
-- more to do. src/account/steps/sweep.ts in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger
-- ARGV    1 time of a test or ''
-- Returns swept, when the next is due (ms) or '-' · gone, why
-- Usage that is older is dropped, so many lines of a kind at once.
local KEPT_MS, MAX_DROPPED, dropped = 34560000000, 500, {}

local incarnation = account.open({ 'version', 'incarnation', 'counters', 'refusals', 'levels' })
if not incarnation then return account.gone() end

-- As they stand before this sweep, which touches the earliest of them alone: the one after those is the
-- earliest that it leaves as it is.
local earliest = call('ZRANGEBYSCORE', key.due, '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, sweep.LIMIT + 1)
sweep.first()
local nextDueMs
for at = 1, #earliest, 2 do
  local slip = slips.byName[earliest[at]]
  local dueMs = slip and slip.dueMs
  if slip == nil then dueMs = tonumber(earliest[at + 1]) end
  if dueMs then nextDueMs = math.min(nextDueMs or dueMs, dueMs) end
end
if account.field('refusals') then
  local dueMs = refusals.read() + 60000
  nextDueMs = math.min(nextDueMs or dueMs, dueMs)
end
levels.flush()
if levels.minuteMs > 0 then nextDueMs = math.min(nextDueMs or levels.minuteMs + 60000, levels.minuteMs + 60000) end
for _, by in ipairs({ 'day', 'model', 'user', 'key' }) do
  local cutoff = string.format('(%s|%013d', by, account.now - KEPT_MS + 1)
  local old = call('ZRANGEBYLEX', key.lines, '[' .. by .. '|', cutoff, 'LIMIT', 0, MAX_DROPPED)
  for _, id in ipairs(old) do
    dropped[#dropped + 1] = id
  end
end
commit.all()
if #dropped > 0 then
  call('HDEL', key.usage, unpack(dropped))
  call('ZREM', key.lines, unpack(dropped))
end
return { 'swept', account.optional(nextDueMs) }
