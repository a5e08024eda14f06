-- sweep.lua: charges what ran out, drops old marks, writes out counted refusals; tells when there is
-- more to do. src/account/sweep.ts in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger
-- ARGV    1 time of a test or ''
-- Returns swept, when the next is due (ms) or '-' · gone, why
local incarnation = account.open({ 'version', 'incarnation', 'counters', 'refusals' })
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
return commit.answer('swept', account.optional(nextDueMs))
