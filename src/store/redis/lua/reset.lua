-- reset.lua: begins a budget anew within its running period, once by its id. src/account/steps/reset.ts in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 5 keys · 6 usage · 7 lines · 8 pending
-- ARGV    1 time of a test or '' · 2 incarnation · 3 id of the reset · 4 budget · 5 day or month · 6 note
--         (JSON) · 7 days and 8 months, `start end ...`, or '' twice
-- Returns reset, start of the period, what had been committed · periods_stale, now · gone, why
local meant, budget, kind, note = ARGV[2], ARGV[4], ARGV[5], ARGV[6]
local name, newTable = 'slip:reset|' .. ARGV[3], { day = ARGV[7], month = ARGV[8] }

local incarnation = account.open({
  'version', 'incarnation', 'counters', 'refusals', 'periods:day', 'periods:month', 'cells', name,
})
if incarnation ~= meant then return account.gone() end
sweep.first()
local mark = slips.at(name)
if mark and mark.state == 'reset' then
  return commit.answer('reset', string.format('%d', mark.start), string.format('%d', mark.before))
end
local starts, before = {}, {}
for each, text in pairs(newTable) do
  starts[each] = periods.running(each)
  if not starts[each] and text ~= '' then
    before[each] = account.field('periods:' .. each)
    periods.continue(each, periods.parse(text))
    starts[each] = periods.running(each)
  end
end
if not (starts.day and starts.month) then
  -- A table that does not reach the present either is not kept.
  for each, bytes in pairs(before) do
    periods.replace(each, bytes)
  end
  return commit.answer('periods_stale', string.format('%d', account.now))
end
local start = starts[kind]
local committed = cells.at(budget, start)
if committed ~= 0 then cells.charge(budget, start, -committed, 0) end
tally.append('reset', account.digits({ account.now, start, committed, 0 }), 'b', note)
slips.put(name, { state = 'reset', dueMs = account.now + slips.MARK_MS, start = start, before = committed })
return commit.answer('reset', string.format('%d', start), string.format('%d', committed))
