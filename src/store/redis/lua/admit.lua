-- admit.lua: the atomic step before the upstream, src/account/steps/admit.ts in Lua. The version is compared
-- first, then every limit at once, and all is held or nothing.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 5 keys
-- ARGV    1 time of a test or '' · 2 version · 3 slip, the name of its field · 4 minted at (ms) · 5 key
--         expires at (ms) or '' · 6 max concurrency or '' · 7 wanted and 8 least output tokens · 9-11
--         estimate: input tokens, output tokens, nano-USD · 12 context (JSON) · 13 and on: rates and
--         budgets, as lib/limits.lua reads them · then days and months, `start end ...`, or '' twice · then
--         key hashes · then, where any is asked for, stock: JSON, limits of collections, vectors and bytes,
--         demands as lib/stock.lua has them, and whether a refusal by these limits is tentative: not counted
-- Returns admitted, then figures: admitted at, granted, lease, day, month, meters; for a repetition also,
--           after a `+`, the context and id, start, measure of each budget that is held
--         refused, reason, id, digits of the refusal, meters
--         place_unknown, place_known or place_moved, place · periods_stale, now · key_expired · hold_spent · stale,
--         version, incarnation, config, and hash and record of the first key that is on record · gone, why
-- No table of periods and no hash begins with `[`.
local stockAsk = string.byte(ARGV[#ARGV]) == 91 and cjson.decode(table.remove(ARGV))
local version, name, mintedAtMs, keyExpiresAtMs = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local maxConcurrency, wanted, least = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local estimate, context = { tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11]) }, ARGV[12]
local rates, budgets, afterLimits = limits.read(13)
local newTable, hashes = { day = ARGV[afterLimits], month = ARGV[afterLimits + 1] }, snapshot.hashes(afterLimits + 2)

local LEASE_MS, HOLD_MAX_AGE_MS, HOLD_MAX_AHEAD_MS = 60000, 10000, 60000

local incarnation = account.open({
  'version', 'incarnation', 'counters', 'refusals', 'periods:day', 'periods:month', 'cells', name,
})
if not incarnation or not account.isVersionOf(version, incarnation) then return account.gone() end
if version ~= account.fields.version then return snapshot.stale(hashes) end

sweep.first()
rings.fetch(rates)
local slip, now = slips.at(name), account.now
local isLive = slip and slip.state == 'live'
if not isLive then
  if slip or now - mintedAtMs > HOLD_MAX_AGE_MS or mintedAtMs - now > HOLD_MAX_AHEAD_MS then
    return commit.answer('hold_spent')
  end
  if keyExpiresAtMs and now >= keyExpiresAtMs then
    refusals.count('key_expired')
    return commit.answer('key_expired')
  end
  local running = { day = {}, month = {} }
  for kind, period in pairs(running) do
    period.start, period.endMs = periods.running(kind)
    if not period.start and newTable[kind] ~= '' then
      period.before = account.field('periods:' .. kind)
      periods.continue(kind, periods.parse(newTable[kind]))
      period.start, period.endMs = periods.running(kind)
    end
  end
  if not (running.day.start and running.month.start) then
    -- A table that does not reach the present either is not kept.
    for kind, period in pairs(running) do
      if period.before then periods.replace(kind, period.before) end
    end
    return commit.answer('periods_stale', string.format('%d', now))
  end
  for at = 1, #budgets do
    local budget = budgets[at]
    local period = running[budget.period]
    budget.start, budget.endMs = period.start, period.endMs
  end

  local granted, refusal = grant.decide(rates, budgets, maxConcurrency, wanted, least)
  if not granted then
    refusals.count(refusal.reason, refusal.id)
    local reason, id, text = grant.tell(refusal)
    return commit.answer('refused', reason, id, text, limits.tell(rates, budgets, maxConcurrency))
  end

  if stockAsk then
    local why, what = stock.lookForRoom(stockAsk)
    if why == 'refused' then
      if not stockAsk[3] then refusals.count(what.reason, what.id) end
      local reason, id, text = grant.tell(what)
      return commit.answer('refused', reason, id, text, limits.tell(rates, budgets, maxConcurrency))
    end
    if why then return commit.answer(why, what) end
  end
  slip = {
    state = 'live', dueMs = now + LEASE_MS, admittedAtMs = now, granted = granted, attempt = 1, rates = {},
    budgets = {}, day = running.day.start, month = running.month.start, context = context,
    estimate = estimate, checkpoint = false, stocked = stockAsk and true,
  }
  for at = 1, #rates do
    local rate = rates[at]
    local id, windowMs, amount = rate.id, rate.windowMs, rate.base + rate.unit * granted
    rings.add(id, rings.at(id, windowMs), amount)
    slip.rates[at] = { id = id, windowMs = windowMs, measure = rate.measure, amount = amount, extended = 0 }
  end
  for at = 1, #budgets do
    local budget = budgets[at]
    local id, start, amount = budget.id, budget.start, budget.base + budget.unit * granted
    cells.hold(id, start, amount)
    slip.budgets[at] = { id = id, start = start, measure = budget.measure, amount = amount }
  end
  if budgets[1] then cells.arrange(budgets) end
  local c = account.counters
  c.live = c.live + 1
  c.liveHighWater = math.max(c.live, c.liveHighWater)
  if stockAsk then stock.hold(stockAsk, name) end
  slips.put(name, slip)
end

-- The same for the admission itself and for its repetition, which tells what the first has held.
local times = { slip.admittedAtMs, slip.granted, slip.dueMs - now, slip.day, slip.month }
local reply = { 'admitted', account.digits(times), limits.tell(rates, budgets, maxConcurrency) }
if isLive then
  reply[4], reply[5] = '+', slip.context
  for _, held in ipairs(slip.budgets) do
    local last = #reply
    reply[last + 1], reply[last + 2], reply[last + 3] = held.id, string.format('%d', held.start), held.measure
  end
end
commit.all()
return reply
