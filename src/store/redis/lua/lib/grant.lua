-- grant.lua (library): how much a request may take, src/account/limits/grant.ts in Lua. Every limit is a line
-- `base + unit x output` that must stay within what is left.
local grant

-- The largest output up to `granted` for which a line stays within its limit; nil when not even what is
-- `asked` for the least does.
local function fit(granted, limit, taken, asked, base, unit)
  local left = limit - taken
  if asked > left or limit == 0 then return nil end
  return unit > 0 and math.min(granted, math.floor((left - base) / unit)) or granted
end

-- What refuses, and until when; `demand` nil stands for the concurrency. Of two refusals the one that
-- lasts longer is told: never outlasts any wait, and of equals it is the first.
local function refuse(told, demand, limit, used, held, asked)
  local now, why = account.now, { limit = limit, used = used, held = held, asked = asked }
  if not demand then
    why.reason, why.id = 'concurrency', 'max_concurrency'
    why.retryAfterMs = limit ~= 0 and grant.SHORT_WAIT_MS or nil
  elseif demand.windowMs then
    why.reason, why.id = 'rate', demand.id
    why.resetsAtMs = limit ~= 0 and ringTimes.roomAtMs(rings.at(demand.id), limit, asked) or nil
    why.retryAfterMs = why.resetsAtMs and why.resetsAtMs - now
  else
    why.reason, why.id = 'budget', demand.id
    if limit ~= 0 and asked <= limit then
      why.resetsAtMs = demand.endMs
      if used + asked <= limit then why.reason, why.retryAfterMs = 'in_flight', grant.SHORT_WAIT_MS end
    end
  end
  if not told or not told.retryAfterMs then return told or why end
  local outlasts = not why.retryAfterMs or why.retryAfterMs > told.retryAfterMs
  return outlasts and why or told
end

grant = {
  SHORT_WAIT_MS = 1000,

  -- Budgets know `start` and `endMs` of the period they are charged to. Returns the grant, or nil and
  -- the refusal. `maxConcurrency` nil: not asked for.
  decide = function(rates, budgets, maxConcurrency, wanted, least)
    least = math.min(least, wanted)
    local granted, refusal = wanted, nil
    for at = 1, #rates do
      local rate = rates[at]
      local used, asked = rings.at(rate.id, rate.windowMs).sum, rate.base + rate.unit * least
      local fits = fit(granted, rate.limit, used, asked, rate.base, rate.unit)
      granted = fits or granted
      if not fits then refusal = refuse(refusal, rate, rate.limit, used, 0, asked) end
    end
    for at = 1, #budgets do
      local budget = budgets[at]
      if budget.limit then
        local committed, held = cells.at(budget.id, budget.start)
        local asked = budget.base + budget.unit * least
        local fits = fit(granted, budget.limit, committed + held, asked, budget.base, budget.unit)
        granted = fits or granted
        if not fits then refusal = refuse(refusal, budget, budget.limit, committed, held, asked) end
      end
    end
    local live = account.counters.live
    if maxConcurrency and not fit(granted, maxConcurrency, live, 1, 1, 0) then
      refusal = refuse(refusal, nil, maxConcurrency, live, 0, 1)
    end
    if refusal then return nil, refusal end
    return granted
  end,

  -- A refusal as a reply carries it: reason, id, digits.
  tell = function(r)
    local numbers = { r.limit, r.used, r.held, r.asked }
    local waits = account.optional(r.retryAfterMs) .. ' ' .. account.optional(r.resetsAtMs)
    return r.reason, r.id, account.digits(numbers) .. ' ' .. waits
  end,
}
