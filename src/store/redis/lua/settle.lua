-- settle.lua: the atomic step after the upstream, src/account/settle.ts in Lua. Charges what was really
-- used, exactly once, however often and however late it is asked.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger
-- ARGV    1 time of a test or '' · the receipt: 2 incarnation, 3 hold id, 4 admitted at, 5 day and
--         6 month it is charged to, 7 key id or '', 8 context (JSON) · 9-11 charge: input tokens, output
--         tokens, nano-USD · 12 outcome (JSON) · 13 a count of budgets and for each: id, start, measure
-- Returns settled, `input output nano-USD` of the whole charge, 1 for a repetition and 0 else, `used held`
--         of each budget · unresolved · gone, why
local meant, holdId, admittedAtMs = ARGV[2], ARGV[3], tonumber(ARGV[4])
local receipt = { day = tonumber(ARGV[5]), month = tonumber(ARGV[6]), keyId = ARGV[7], context = ARGV[8] }
local charge = { tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11]) }
local outcome = ARGV[12]

local names = {
  'version', 'incarnation', 'counters', 'refusals', 'slip:' .. holdId, tally.dayName(receipt.day),
  'used:' .. receipt.keyId,
}
local budgets = {}
for n = 1, tonumber(ARGV[13]) do
  local at = 11 + n * 3
  budgets[n] = { id = ARGV[at], start = tonumber(ARGV[at + 1]), measure = ARGV[at + 2] }
  names[7 + n] = 'cell:' .. ARGV[at]
end
local incarnation = account.open(names)
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
  tally.add(receipt.day, requests, 0, difference[1], difference[2], difference[3])
  tally.noteKeyUse(receipt.keyId, now)
  slips.appendRequest(kind, holdId, receipt, difference, outcome, overTokens, overNanoUsd)
  slips.put(holdId, { state = 'settled', dueMs = now + slips.MARK_MS, charged = charge })
end

-- A hold whose settlement has come is not expired first, even past its lease.
sweep.first(holdId)
local slip = slips.at(holdId)
local state = slip and slip.state
if state == 'live' then
  slips.endLive(holdId, slip, 'settled', charge, outcome)
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
  slips.appendRequest('unresolved', holdId, receipt, { 0, 0, 0 }, outcome, 0, 0, charge)
  slips.put(holdId, { state = 'unresolved', dueMs = now + slips.MARK_MS })
  return commit.answer('unresolved')
else
  chargeReceipt('hold_lost', 1, charge, 0, 0)
end
return settled(charge, '0')
