-- settle.lua: the atomic step after the upstream, src/account/steps/settle.ts in Lua. Charges what was really
-- used, exactly once, however often and however late it is asked.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger
-- ARGV    1 time of a test or '' · the receipt: 2 incarnation, 3 slip, the name of its field, 4 admitted
--         at, 5 day and 6 month it is charged to, 7 context (JSON) · 8-10 charge: input tokens, output
--         tokens, nano-USD · 11 outcome (JSON) · 12 what else was measured, as
--         lib/usage-rows.lua has it · 13 name of the field that
--         tells the key's last use, or '' · of the receipt's budgets: 14 measures (a letter each), 15 ids
--         (a space after each), 16 and on: the start of each · then what became of reserved stock, where
--         any was
-- Returns settled, `input output nano-USD` of the whole charge, 1 for a repetition and 0 else, `used held`
--         of each budget · unresolved · gone, why
local meant, name, admittedAtMs = ARGV[2], ARGV[3], tonumber(ARGV[4])
local receipt = { day = tonumber(ARGV[5]), month = tonumber(ARGV[6]), context = ARGV[7] }
local charge = { tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]) }
local outcome, measured, usedName = ARGV[11], ARGV[12], ARGV[13]

local budgets = {}
for id in string.gmatch(ARGV[15], '(%S+) ') do
  local n = #budgets + 1
  local measure = account.MEASURES[string.sub(ARGV[14], n, n)]
  budgets[n] = { id = id, start = tonumber(ARGV[15 + n]), measure = measure }
end
local verdict = ARGV[16 + #budgets] or 'unknown'
local incarnation = account.open({
  'version', 'incarnation', 'counters', 'refusals', 'cells', name, usedName,
})
if incarnation ~= meant then return account.gone() end
local now = account.now

local function settled(charged, repeated)
  local owed = {}
  for at = 1, #budgets do
    local budget = budgets[at]
    local committed, held = cells.at(budget.id, budget.start)
    owed[#owed + 1] = string.format('%d %d', committed, held)
  end
  local whole = string.format('%d %d %d', charged[1], charged[2], charged[3])
  return commit.answer('settled', whole, repeated, table.concat(owed, ' '))
end

-- Charges a receipt whose hold is not there to be ended.
local function chargeReceipt(kind, requests, difference, overTokens, overNanoUsd)
  for _, budget in ipairs(budgets) do
    cells.charge(budget.id, budget.start, slips.amountOf(difference, budget.measure), 0)
  end
  tally.use(receipt.day, requests, difference, measured)
  tally.noteKeyUse(usedName, now)
  slips.appendRequest(kind, name, receipt, difference, outcome, overTokens, overNanoUsd)
  slips.put(name, { state = 'settled', dueMs = now + slips.MARK_MS, charged = charge })
end

-- A hold whose settlement has come is not expired first, even past its lease.
sweep.first(name)
local slip = slips.at(name)
local state = slip and slip.state
if state == 'live' then
  slips.endLive(name, slip, 'settled', charge, outcome, measured, verdict)
elseif state == 'settled' then
  return settled(slip.charged, '1')
elseif state == 'swept' then
  local charged = slip.charged
  local difference = { charge[1] - charged[1], charge[2] - charged[2], charge[3] - charged[3] }
  local beforeTokens, beforeNanoUsd = slips.overageOf(slip.reserved, charged)
  local afterTokens, afterNanoUsd = slips.overageOf(slip.reserved, charge)
  chargeReceipt('late', 0, difference, afterTokens - beforeTokens, afterNanoUsd - beforeNanoUsd)
elseif state == 'unresolved' then
  return commit.answer('unresolved')
elseif now - admittedAtMs >= slips.MARK_MS then
  -- Past T its mark may have come and gone: entered without a charge, and marked so that it is entered once.
  slips.appendRequest('unresolved', name, receipt, { 0, 0, 0 }, outcome, 0, 0, charge)
  slips.put(name, { state = 'unresolved', dueMs = now + slips.MARK_MS })
  return commit.answer('unresolved')
else
  chargeReceipt('hold_lost', 1, charge, 0, 0)
end
return settled(charge, '0')
