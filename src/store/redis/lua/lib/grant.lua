-- grant.lua (library): how much a request may take, src/account/grant.ts in Lua. Every limit is a line
-- `base + unit x output` that must stay within what is left.
local grant = { SHORT_WAIT_MS = 1000 }

-- Never outlasts any wait; of equals, the first is told.
local function longer(told, other)
  if not told then return other end
  if not told.retryAfterMs then return told end
  if not other.retryAfterMs then return other end
  return other.retryAfterMs > told.retryAfterMs and other or told
end

local function whyRate(ring, limit, asked)
  local resetsAtMs = limit ~= 0 and ringTimes.roomAtMs(ring, limit, asked) or nil
  return { reason = 'rate', retryAfterMs = resetsAtMs and resetsAtMs - account.now, resetsAtMs = resetsAtMs }
end

local function whyBudget(budget, committed, asked)
  local limit = budget.limit
  if limit == 0 or asked > limit then return { reason = 'budget' } end
  if committed + asked > limit then return { reason = 'budget', resetsAtMs = budget.endMs } end
  return { reason = 'in_flight', retryAfterMs = grant.SHORT_WAIT_MS, resetsAtMs = budget.endMs }
end

-- The largest output up to `granted` for which a line stays within its limit; nil when not even what is
-- `asked` for the least does.
local function fit(granted, limit, taken, asked, base, unit)
  local left = limit - taken
  if asked > left or limit == 0 then return nil end
  return unit > 0 and math.min(granted, math.floor((left - base) / unit)) or granted
end

local function refuse(why, id, limit, used, held, asked)
  why.id, why.limit, why.used, why.held, why.asked = id, limit, used, held, asked
  return why
end

-- Budgets know `start` and `endMs` of the period they are charged to. Returns the grant, or nil and
-- the refusal. `maxConcurrency` nil: not asked for.
function grant.decide(rates, budgets, maxConcurrency, wanted, least)
  least = math.min(least, wanted)
  local granted, refusal = wanted, nil
  for _, rate in ipairs(rates) do
    local ring, limit, asked = rings.at(rate.id, rate.windowMs), rate.limit, rate.base + rate.unit * least
    local fits = fit(granted, limit, ring.sum, asked, rate.base, rate.unit)
    granted = fits or granted
    if not fits then
      refusal = longer(refusal, refuse(whyRate(ring, limit, asked), rate.id, limit, ring.sum, 0, asked))
    end
  end
  for _, budget in ipairs(budgets) do
    local id, limit, asked = budget.id, budget.limit, budget.base + budget.unit * least
    if limit then
      local committed, held = cells.at(id, budget.start)
      local fits = fit(granted, limit, committed + held, asked, budget.base, budget.unit)
      granted = fits or granted
      if not fits then
        local why = whyBudget(budget, committed, asked)
        refusal = longer(refusal, refuse(why, id, limit, committed, held, asked))
      end
    end
  end
  local live = account.counters.live
  if maxConcurrency and not fit(granted, maxConcurrency, live, 1, 1, 0) then
    local why = { reason = 'concurrency', retryAfterMs = maxConcurrency ~= 0 and grant.SHORT_WAIT_MS or nil }
    refusal = longer(refusal, refuse(why, 'max_concurrency', maxConcurrency, live, 0, 1))
  end
  if refusal then return nil, refusal end
  return granted
end

-- A refusal as a reply carries it: reason, id, digits.
function grant.tell(r)
  local numbers = { r.limit, r.used, r.held, r.asked }
  local waits = account.optional(r.retryAfterMs) .. ' ' .. account.optional(r.resetsAtMs)
  return r.reason, r.id, account.digits(numbers) .. ' ' .. waits
end
