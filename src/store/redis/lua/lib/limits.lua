-- limits.lua (library): what a command asks of each limit, and where each stands, as one text of digits
-- in the order of the demands; src/account/limits/meters.ts in Lua. A rate: used, resets. A budget: used, held,
-- resets.
local limits
limits = {
  -- Reads what ARGV carries from `at` on: measures of the rates (a letter each) and their ids (a space
  -- after each), the same of the budgets, the ids of the rates once more, then for each rate window,
  -- limit, base, unit, and for each budget period, limit, base, unit. Returns rates, budgets, where they end.
  read = function(at)
    local rates, budgets, letters = {}, {}, ARGV[at] .. ARGV[at + 2]
    for id in string.gmatch(ARGV[at + 1], '(%S+) ') do
      rates[#rates + 1] = { id = id }
    end
    for id in string.gmatch(ARGV[at + 3], '(%S+) ') do
      budgets[#budgets + 1] = { id = id }
    end
    local row = at + 4 + #rates
    for n = 1, #letters do
      local demand = rates[n] or budgets[n - #rates]
      local span, limit, base, unit = unpack(ARGV, row, row + 3)
      demand.measure = account.MEASURES[string.sub(letters, n, n)]
      if rates[n] then demand.windowMs = tonumber(span) else demand.period = span end
      demand.limit = tonumber(limit) -- nil: counted, not limited
      demand.base, demand.unit, row = tonumber(base), tonumber(unit), row + 4
    end
    return rates, budgets, row
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
