-- slip-bytes.lua (library): how a slip is kept. First its state, one byte (8: live, and it holds stock,
-- see stock.lua), and when it is due; then of
-- `settled` and `swept` the charge, and of `swept` what was reserved. Of `live`: estimate, granted,
-- attempt, when it was admitted, day, month, whether there is a checkpoint, how many rates and budgets,
-- how long the ids of each are; then window and amount of each rate, start and amount of each budget, the
-- checkpoint, and past the first attempt what later ones have added to each rate; then measures (a
-- letter each) and ids (a space after each) of the rates, the same of the budgets, and the context. Of
-- an acquisition that is `leased`: amount, quota; `ended`: amount, when it expires (-1: never), 1 for
-- expired and 0 for released. Of the mark of a `reset`: start of the period, what had been committed.
-- admit-usual.lua writes the same, and settle-usual.lua reads it.
local slipBytes

local function decodeIds(text, list)
  local n = 0
  for id in string.gmatch(text, '(%S+) ') do
    n = n + 1
    list[n].id = id
  end
end

local function decodeMeasures(letters, list)
  for n = 1, #list do
    list[n].measure = account.MEASURES[string.sub(letters, n, n)]
  end
end

local function decodeLive(s, bytes, at)
  local e, known, rateCount, budgetCount, rateIds, budgetIds = {}, nil, nil, nil, nil, nil
  e[1], e[2], e[3], s.granted, s.attempt, s.admittedAtMs, s.day, s.month, known, rateCount, budgetCount,
    rateIds, budgetIds, at = struct.unpack(slipBytes.LIVE, bytes, at)
  s.estimate, s.checkpoint, s.rates, s.budgets = e, false, {}, {}
  for n = 1, rateCount do
    local held = { extended = 0 }
    held.windowMs, held.amount, at = struct.unpack('<dd', bytes, at)
    s.rates[n] = held
  end
  for n = 1, budgetCount do
    local held = {}
    held.start, held.amount, at = struct.unpack('<dd', bytes, at)
    s.budgets[n] = held
  end
  if known == 1 then
    local c = {}
    c[1], c[2], c[3], at = struct.unpack('<ddd', bytes, at)
    s.checkpoint = c
  end
  if s.attempt > 1 then
    for n = 1, rateCount do
      s.rates[n].extended, at = struct.unpack('<d', bytes, at)
    end
  end
  local function text(length)
    at = at + length
    return string.sub(bytes, at - length, at - 1)
  end
  decodeMeasures(text(rateCount), s.rates)
  decodeIds(text(rateIds), s.rates)
  decodeMeasures(text(budgetCount), s.budgets)
  decodeIds(text(budgetIds), s.budgets)
  s.context = string.sub(bytes, at)
  return s
end

local function decodeAcquisition(slip, state, bytes, at)
  if state == 5 then
    slip.amount, at = struct.unpack('<d', bytes, at)
    slip.quota = string.sub(bytes, at)
  elseif state == 6 then
    local expiresAtMs, how
    slip.amount, expiresAtMs, how = struct.unpack('<ddB', bytes, at)
    slip.expiresAtMs = expiresAtMs >= 0 and expiresAtMs or nil
    slip.how = how == 1 and 'expired' or 'released'
  else
    slip.start, slip.before = struct.unpack('<dd', bytes, at)
  end
  return slip
end

-- The figures of a list, and its measures and ids as text.
local function encodeList(list, figure)
  local figures, letters, ids = {}, {}, {}
  for n = 1, #list do
    local held = list[n]
    figures[n] = struct.pack('<dd', held[figure], held.amount)
    letters[n], ids[n] = string.sub(held.measure, 1, 1), held.id .. ' '
  end
  return table.concat(figures), table.concat(letters), table.concat(ids)
end

local function encodeLive(s)
  local e, c, extended = s.estimate, s.checkpoint, {}
  local rates, rateMeasures, rateIds = encodeList(s.rates, 'windowMs')
  local budgets, budgetMeasures, budgetIds = encodeList(s.budgets, 'start')
  for n = 1, s.attempt > 1 and #s.rates or 0 do
    extended[n] = struct.pack('<d', s.rates[n].extended)
  end
  return struct.pack(slipBytes.HEAD, s.stocked and 8 or 1, s.dueMs)
    .. struct.pack(slipBytes.LIVE, e[1], e[2], e[3], s.granted, s.attempt, s.admittedAtMs, s.day, s.month,
      c and 1 or 0, #s.rates, #s.budgets, #rateIds, #budgetIds)
    .. rates .. budgets .. (c and struct.pack('<ddd', c[1], c[2], c[3]) or '') .. table.concat(extended)
    .. rateMeasures .. rateIds .. budgetMeasures .. budgetIds .. s.context
end

slipBytes = {
  HEAD = '<Bd',
  LIVE = '<ddddddddBBBI4I4',
  STATES = {
    'live', 'settled', 'swept', 'unresolved', 'leased', 'ended', 'reset', 'live',
    live = 1, settled = 2, swept = 3, unresolved = 4, leased = 5, ended = 6, reset = 7,
  },

  decode = function(bytes)
    local state, dueMs, at = struct.unpack(slipBytes.HEAD, bytes)
    local slip = { state = slipBytes.STATES[state], dueMs = dueMs }
    if state == 1 or state == 8 then
      slip.stocked = state == 8
      return decodeLive(slip, bytes, at)
    end
    if state == 4 then return slip end
    if state > 4 then return decodeAcquisition(slip, state, bytes, at) end
    local input, output, nanoUsd, after = struct.unpack('<ddd', bytes, at)
    slip.charged = { input, output, nanoUsd }
    if state == 3 then slip.reserved = { struct.unpack('<dd', bytes, after) } end
    return slip
  end,

  encode = function(s)
    if s.state == 'live' then return encodeLive(s) end
    local bytes = struct.pack(slipBytes.HEAD, slipBytes.STATES[s.state], s.dueMs)
    if s.state == 'leased' then return bytes .. struct.pack('<d', s.amount) .. s.quota end
    if s.state == 'reset' then return bytes .. struct.pack('<dd', s.start, s.before) end
    if s.state == 'ended' then
      return bytes .. struct.pack('<ddB', s.amount, s.expiresAtMs or -1, s.how == 'expired' and 1 or 0)
    end
    local c, r = s.charged, s.reserved
    if c then bytes = bytes .. struct.pack('<ddd', c[1], c[2], c[3]) end
    return s.state == 'swept' and bytes .. struct.pack('<dd', r[1], r[2]) or bytes
  end,
}
