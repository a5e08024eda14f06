-- slip-bytes.lua (library): how a slip is kept. First its state and when it is due; then of `settled` and
-- `swept` the charge, and of `swept` what was reserved; of `live` when it was admitted, granted, attempt,
-- day, month, estimate, checkpoint, whether there is one, how many rates and budgets it holds, key id and
-- context, then those rates and budgets. A text has its length before it.
local slipBytes

local function decodeLive(s, bytes, at)
  local e, c, known, rates, budgets = {}, {}, nil, nil, nil
  s.admittedAtMs, s.granted, s.attempt, s.day, s.month, e[1], e[2], e[3], c[1], c[2], c[3], known, rates,
    budgets, s.keyId, s.context, at = struct.unpack(slipBytes.LIVE, bytes, at)
  s.estimate, s.checkpoint, s.rates, s.budgets = e, known == 1 and c, {}, {}
  for n = 1, rates do
    local held = {}
    held.id, held.windowMs, held.measure, held.amount, held.extended, at =
      struct.unpack(slipBytes.RATE, bytes, at)
    s.rates[n] = held
  end
  for n = 1, budgets do
    local held = {}
    held.id, held.start, held.measure, held.amount, at = struct.unpack(slipBytes.BUDGET, bytes, at)
    s.budgets[n] = held
  end
  return s
end

local function encodeLive(s)
  local e, c = s.estimate, s.checkpoint or { 0, 0, 0 }
  local parts = {
    struct.pack(slipBytes.HEAD, #s.state, s.state, s.dueMs),
    struct.pack(slipBytes.LIVE, s.admittedAtMs, s.granted, s.attempt, s.day, s.month, e[1], e[2], e[3], c[1],
      c[2], c[3], s.checkpoint and 1 or 0, #s.rates, #s.budgets, #s.keyId, s.keyId, #s.context, s.context),
  }
  for at = 1, #s.rates do
    local held = s.rates[at]
    parts[#parts + 1] = struct.pack(slipBytes.RATE, #held.id, held.id, held.windowMs, #held.measure,
      held.measure, held.amount, held.extended)
  end
  for at = 1, #s.budgets do
    local held = s.budgets[at]
    parts[#parts + 1] = struct.pack(slipBytes.BUDGET, #held.id, held.id, held.start, #held.measure,
      held.measure, held.amount)
  end
  return table.concat(parts)
end

slipBytes = {
  HEAD = '<Bc0d',
  LIVE = '<dddddddddddBBBI4c0I4c0',
  RATE = '<I4c0dBc0dd',
  BUDGET = '<I4c0dBc0d',

  decode = function(bytes)
    local state, dueMs, at = struct.unpack(slipBytes.HEAD, bytes)
    local slip = { state = state, dueMs = dueMs }
    if state == 'live' then return decodeLive(slip, bytes, at) end
    if state == 'unresolved' then return slip end
    local input, output, nanoUsd, after = struct.unpack('<ddd', bytes, at)
    slip.charged = { input, output, nanoUsd }
    if state == 'swept' then slip.reserved = { struct.unpack('<dd', bytes, after) } end
    return slip
  end,

  encode = function(s)
    if s.state == 'live' then return encodeLive(s) end
    local bytes, c, r = struct.pack(slipBytes.HEAD, #s.state, s.state, s.dueMs), s.charged, s.reserved
    if c then bytes = bytes .. struct.pack('<ddd', c[1], c[2], c[3]) end
    return s.state == 'swept' and bytes .. struct.pack('<dd', r[1], r[2]) or bytes
  end,
}
