-- extend.lua: room for one more attempt under the same hold, all of it or none. src/account/steps/extend.ts
-- in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger
-- ARGV    1 time of a test or '' · 2 incarnation · 3 slip · 4 attempt · 5 output tokens · 6 and on: rates
--         and budgets, as lib/limits.lua reads them
-- Returns extended · refused, reason, id, digits of the refusal · gone, why
local meant, name, attempt, output = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local rates, budgets = limits.read(6)

local incarnation = account.open({
  'version', 'incarnation', 'counters', 'refusals', 'periods:day', 'periods:month', name,
})
if incarnation ~= meant then return account.gone() end

-- Adds to a figure of what is held under an id, which then stands last; `fresh` where nothing was.
local function extendHeld(list, fresh, figure, amount)
  local others, found = {}, fresh
  for _, held in ipairs(list) do
    if held.id == fresh.id then found = held else others[#others + 1] = held end
  end
  found[figure] = found[figure] + amount
  others[#others + 1] = found
  return others
end

sweep.first()
local slip = sweep.usable(name)
if not slip then return commit.answer('gone', 'hold') end
if attempt <= slip.attempt then return commit.answer('extended') end
for _, budget in ipairs(budgets) do
  budget.start = slip[budget.period]
  budget.endMs = periods.endOf(budget.period, budget.start)
end
rings.fetch(rates)
local granted, refusal = grant.decide(rates, budgets, nil, output, output)
if not granted then return commit.answer('refused', grant.tell(refusal)) end

slip.attempt = attempt
for _, rate in ipairs(rates) do
  local id, windowMs, amount = rate.id, rate.windowMs, rate.base + rate.unit * output
  rings.add(id, rings.at(id, windowMs), amount)
  -- Kept apart from the admission's own weight: it stands in a slot of its own.
  local fresh = { id = id, windowMs = windowMs, measure = rate.measure, amount = 0, extended = 0 }
  slip.rates = extendHeld(slip.rates, fresh, 'extended', amount)
end
for _, budget in ipairs(budgets) do
  local id, start, amount = budget.id, budget.start, budget.base + budget.unit * output
  cells.hold(id, start, amount)
  local fresh = { id = id, start = start, measure = budget.measure, amount = 0 }
  slip.budgets = extendHeld(slip.budgets, fresh, 'amount', amount)
end
slips.put(name, slip)
return commit.answer('extended')
