-- slips.lua (library): the life of a hold, src/account/slips.ts in Lua. A slip is one field of the
-- account, `slip:<hold id>`, and goes by that name; slip-bytes.lua reads and writes it. A charge is a list { input tokens, output tokens,
-- nano-USD }, what is reserved a list { tokens, nano-USD }.
local slips

-- The least that any budget of each measure holds: beyond it one is overshot.
local function reservedBy(slip)
  local tokens, nanoUsd
  for at = 1, #slip.budgets do
    local held = slip.budgets[at]
    local amount = held.amount
    if held.measure == 'tokens' then tokens = math.min(tokens or amount, amount)
    else nanoUsd = math.min(nanoUsd or amount, amount) end
  end
  return { tokens or 0, nanoUsd or 0 }
end

-- Downward only in the admission's own slot while that is counted, and by no more than the admission
-- put there; upward in the current slot. A request that was sent keeps its weight in request rates.
local function correctRate(held, admittedAtMs, charge, sent)
  if held.measure == 'requests' and sent then return end
  local actual = held.measure == 'requests' and 0 or charge[1] + charge[2]
  local excess = actual - held.amount - held.extended
  if excess == 0 then return end
  local ring = rings.at(held.id, held.windowMs)
  if not ring.known and excess < 0 then return end
  if excess > 0 then return rings.add(held.id, ring, excess) end
  rings.takeBack(held.id, ring, rings.slotAt(admittedAtMs, held.windowMs), math.min(-excess, held.amount))
end

slips = {
  byName = {}, -- false where there is none
  changed = {},
  MARK_MS = 900000,

  at = function(name)
    local slip = slips.byName[name]
    if slip == nil then
      local bytes = account.field(name)
      slip = bytes and slipBytes.decode(bytes)
      slips.byName[name] = slip
    end
    return slip
  end,

  -- `slip` false: the mark has had its time.
  put = function(name, slip)
    slips.byName[name] = slip
    slips.changed[name] = true
  end,

  amountOf = function(charge, measure)
    return measure == 'tokens' and charge[1] + charge[2] or charge[3]
  end,

  -- What a charge takes beyond what was reserved: tokens, nano-USD.
  overageOf = function(reserved, charge)
    return math.max(0, charge[1] + charge[2] - reserved[1]), math.max(0, charge[3] - reserved[2])
  end,

  -- `claim`: what was claimed in vain, for an entry that is unresolved.
  appendRequest = function(kind, name, slip, charge, outcome, overTokens, overNanoUsd, claim)
    local text = string.format('%d %d %d %d %d %d %d %d', account.now, slip.day, slip.month, charge[1],
      charge[2], charge[3], overTokens, overNanoUsd)
    if claim then text = text .. ' ' .. account.digits(claim) end
    tally.append(kind, text, 'h', string.sub(name, 6), 'c', slip.context, 'o', outcome)
  end,

  -- The end of a live hold: what was held is released, what was used is owed, a mark stays behind.
  -- `measured`: what else is known of its use, see usage-rows.lua.
  -- `verdict`: what became of reserved stock, where it was settled.
  endLive = function(name, slip, kind, charge, outcome, measured, verdict)
    local sent, now = kind ~= 'abandoned', account.now
    for at = 1, #slip.budgets do
      local held = slip.budgets[at]
      cells.charge(held.id, held.start, slips.amountOf(charge, held.measure), held.amount)
    end
    for at = 1, #slip.rates do
      correctRate(slip.rates[at], slip.admittedAtMs, charge, sent)
    end
    if slip.stocked then
      -- Nobody saw the end of an expired hold; what was abandoned was never sent.
      slips.endStock(name, kind == 'settled' and verdict or kind == 'expired' and 'unknown' or 'released')
    end
    account.counters.live = account.counters.live - 1
    if sent then
      tally.use(slip.day, 1, charge, measured)
      tally.noteKeyUse(tally.usedName(slip.context), kind == 'expired' and slip.admittedAtMs or now)
    end
    local reserved = reservedBy(slip)
    slips.appendRequest(kind, name, slip, charge, outcome, slips.overageOf(reserved, charge))
    local state = kind == 'expired' and 'swept' or 'settled'
    slips.put(name, { state = state, dueMs = now + slips.MARK_MS, charged = charge, reserved = reserved })
  end,
}
