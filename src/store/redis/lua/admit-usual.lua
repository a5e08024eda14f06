-- admit-usual.lua: an admission as nearly all are, in one go: the version is current, the hold new, its
-- periods, windows and cells known, no lease ran out, no stock is asked for, and there is room for all that is wanted. Answers
-- nil for any other, before anything is written; admit.lua follows then, with the libraries, whose
-- making alone costs more than this. The same steps, src/account/steps/admit.ts in Lua.
-- KEYS, ARGV and the answer: see admit.lua
local function admitUsually()
  local ARGV, call, read, pack, format, floor =
    ARGV, redis.call, struct.unpack, struct.pack, string.format, math.floor
  -- Stock is asked for.
  if string.byte(ARGV[#ARGV]) == 91 then return nil end
  local stored = call('HMGET', KEYS[1], 'version', 'counters', 'cells', ARGV[3])
  if stored[1] ~= ARGV[2] or stored[4] then return nil end
  local seq, requests, refused, input, output, nanoUsd, clockMs, live, ratesEndMs, refusalsMs, highWater,
    dayStart, dayEnd, monthStart, monthEnd = read('<ddddddddddddddd', stored[2])
  local now = tonumber(ARGV[1])
  if not now then
    local time = call('TIME')
    now = time[1] * 1000 + floor(time[2] / 1000)
  end
  if now < clockMs then now = clockMs end
  if refusalsMs > 0 and refusalsMs + 60000 <= now then return nil end
  local age, max, granted = now - ARGV[4], ARGV[6], ARGV[7] + 0
  if age > 10000 or age < -60000 or ARGV[5] ~= '' and now >= ARGV[5] + 0 then return nil end
  if now < dayStart or now >= dayEnd or now < monthStart or now >= monthEnd then return nil end
  if max ~= '' and live >= max + 0 then return nil end
  local due = call('ZRANGEBYSCORE', KEYS[3], '-inf', format('%d', now), 'LIMIT', '0', '32')
  if due[1] then
    for _, slip in ipairs(call('HMGET', KEYS[1], unpack(due))) do
      local state = slip and string.byte(slip) or 1
      if state == 1 or state > 4 then return nil end
    end
  end

  local rates, budgets = #ARGV[13], #ARGV[15]
  local told = { 'admitted', now, granted, 60000, dayStart, monthStart, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
  local held, windows, sheet = { 0, 0, 0, 0, 0, 0, 0, 0 }, { '', '', '', '' }, { 0, 0, 0, 0, 0, 0 }
  local writes = 0
  local at, endsMs, tells = 17 + rates, ratesEndMs, 6 -- at: window, limit, base, unit
  local heads = rates > 0 and call('HMGET', KEYS[2], unpack(ARGV, 17, at - 1))
  for n = 1, rates do
    local windowMs, limit, amount = ARGV[at] + 0, ARGV[at + 1] + 0, ARGV[at + 2] + ARGV[at + 3] * granted
    if not heads[n] then return nil end
    local slot, sum, oldest, newest, _, width = read('<ddddI4B', heads[n])
    local id, current = ARGV[16 + n], now * 60 / windowMs
    current = current - current % 1
    if current > slot then
      local name, counts = id .. ' counts', nil
      sum, oldest, width, counts = advance(current, slot, sum, oldest, newest, width,
        width > 0 and call('HGET', KEYS[2], name))
      slot, newest = current, 0
      if counts then windows[writes + 1], windows[writes + 2], writes = name, counts, writes + 2 end
    end
    if sum == 0 then oldest = slot end
    sum = sum + amount
    if limit == 0 or sum > limit or sum == 0 then return nil end
    windows[writes + 1] = id
    windows[writes + 2] = pack('<ddddI4B', slot, sum, oldest, newest + amount, windowMs, width)
    writes = writes + 2
    local leavesMs = ((slot + 61) * windowMs + 59) / 60
    if leavesMs > endsMs then endsMs = leavesMs - leavesMs % 1 end
    leavesMs = ((oldest + 61) * windowMs + 59) / 60
    told[tells + 1], told[tells + 2] = sum, leavesMs - leavesMs % 1
    held[n * 2 - 1], held[n * 2], tells, at = windowMs, amount, tells + 2, at + 4
  end

  local cells, holds = stored[3], rates * 2
  if budgets > 0 then
    local rows = cells and read('<I2', cells) or 0
    if rows < budgets or string.find(cells, ARGV[16], rows * 24 + 3, true) ~= rows * 24 + 3 then return nil end
    -- A cell of an earlier period is dropped once it has had its time.
    for row = budgets, rows - 1 do
      local start, _, heldThen = read('<ddd', cells, row * 24 + 3)
      local isOld = start < dayStart and dayStart <= now - 3600000
        or start < monthStart and monthStart <= now - 3600000
      if isOld and heldThen <= 0 then return nil end
    end
  end
  for n = 1, budgets do -- at: period, limit, base, unit
    local limit, amount, begun, ends = ARGV[at + 1], ARGV[at + 2] + ARGV[at + 3] * granted, dayStart, dayEnd
    if ARGV[at] == 'month' then begun, ends = monthStart, monthEnd end
    local start, committed, heldNow = read('<ddd', cells, n * 24 - 21)
    heldNow = heldNow + amount
    if start ~= begun then return nil end
    if limit ~= '' then
      if limit + 0 == 0 or committed + heldNow > limit + 0 then return nil end
      told[tells + 1], told[tells + 2], tells = format('%d %d', committed, heldNow), ends, tells + 2
    end
    sheet[n * 3 - 2], sheet[n * 3 - 1], sheet[n * 3] = start, committed, heldNow
    held[holds + 1], held[holds + 2] = start, amount
    holds, at = holds + 2, at + 4
  end
  live = live + 1
  if live > highWater then highWater = live end
  if max ~= '' then
    tells = tells + 1
    told[tells] = live
  end

  local dueMs = now + 60000
  local counters = pack('<ddddddddddddddd', seq, requests, refused, input, output, nanoUsd, now, live, endsMs,
    refusalsMs, highWater, dayStart, dayEnd, monthStart, monthEnd)
  local slip = pack('<BdddddddddBBBI4I4' .. string.rep('d', holds), 1, dueMs, ARGV[9], ARGV[10], ARGV[11],
    granted, 1, now, dayStart, monthStart, 0, rates, budgets, #ARGV[14], #ARGV[16], unpack(held, 1, holds))
    .. ARGV[13] .. ARGV[14] .. ARGV[15] .. ARGV[16] .. ARGV[12]
  if budgets > 0 then
    call('HSET', KEYS[1], 'counters', counters, ARGV[3], slip, 'cells', string.sub(cells, 1, 2)
      .. pack('<' .. string.rep('ddd', budgets), unpack(sheet, 1, budgets * 3)) .. string.sub(cells, budgets * 24 + 3))
  else
    call('HSET', KEYS[1], 'counters', counters, ARGV[3], slip)
  end
  if due[1] then
    call('HDEL', KEYS[1], unpack(due))
    call('ZREM', KEYS[3], unpack(due))
  end
  call('ZADD', KEYS[3], format('%d', dueMs), ARGV[3])
  if rates > 0 then call('HSET', KEYS[2], unpack(windows, 1, writes)) end
  if endsMs > ratesEndMs then call('PEXPIREAT', KEYS[2], format('%d', endsMs)) end
  for n = tells + 1, #told do
    told[n] = nil
  end
  return told
end
do
  local reply = admitUsually()
  if reply then return reply end
end
