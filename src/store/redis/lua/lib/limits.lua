-- limits.lua (library): what a command asks of each limit, and where each stands, as one text of digits
-- in the order of the demands; src/account/meters.ts in Lua. A rate: used, resets. A budget: used, held,
-- resets.
local limits
limits = {
  -- Reads a count and as many demands from ARGV, six values each; returns them and where they end.
  -- The third value is a window in ms for a rate and `day` or `month` for a budget.
  read = function(at, isRate)
    local demands = {}
    for n = 1, tonumber(ARGV[at]) do
      local id, measure, span, limit, base, unit = unpack(ARGV, at + n * 6 - 5, at + n * 6)
      demands[n] = {
        id = id, measure = measure, period = span, windowMs = isRate and tonumber(span),
        limit = tonumber(limit), -- nil: counted, not limited
        base = tonumber(base), unit = tonumber(unit),
      }
    end
    return demands, at + 1 + #demands * 6
  end,

  tellRate = function(rate)
    local ring = rings.at(rate.id, rate.windowMs)
    return string.format('%d %s', ring.sum, account.optional(ringTimes.oldestLeavesAtMs(ring)))
  end,

  -- In the period that runs now, which an admission has looked up already; where the table has none,
  -- nothing is used yet.
  tellBudget = function(budget)
    local start, endMs = budget.start, budget.endMs
    if not start then start, endMs = periods.running(budget.period) end
    if not start then return '0 0 -' end
    local committed, held = cells.at(budget.id, start)
    return string.format('%d %d %d', committed, held, endMs)
  end,

  -- Everything that has a limit: rates, budgets, then the concurrency.
  tell = function(rates, budgets, maxConcurrency)
    local text = {}
    for at = 1, #rates do
      text[at] = limits.tellRate(rates[at])
    end
    for at = 1, #budgets do
      if budgets[at].limit then text[#text + 1] = limits.tellBudget(budgets[at]) end
    end
    if maxConcurrency then text[#text + 1] = string.format('%d', account.counters.live) end
    return table.concat(text, ' ')
  end,
}
