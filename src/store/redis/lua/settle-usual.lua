-- settle-usual.lua: a settlement as nearly all are, in one go: the hold is live and as its receipt says,
-- its cells and windows are known, and no other's lease ran out. Answers nil for any other, before
-- anything is written; settle.lua follows then. The same steps, src/account/steps/settle.ts in Lua.
-- KEYS, ARGV and the answer: see settle.lua
local function settleUsually()
  local ARGV, call, read, pack, format, find =
    ARGV, redis.call, struct.unpack, struct.pack, string.format, string.find
  local stored = call('HMGET', KEYS[1], 'incarnation', 'counters', 'cells', ARGV[3], ARGV[13])
  local cells, slip, used = stored[3], stored[4], stored[5]
  if stored[1] ~= ARGV[2] or not slip or string.byte(slip) ~= 1 then return nil end
  local seq, requests, refused, input, output, nanoUsd, clockMs, live, ratesEndMs, refusalsMs, highWater,
    dayStart, dayEnd, monthStart, monthEnd = read('<ddddddddddddddd', stored[2])
  -- Every 64th request folds the usage of those before it.
  if (requests + refused + 1) % 64 == 0 then return nil end
  local now = tonumber(ARGV[1])
  if not now then
    local time = call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  if now < clockMs then now = clockMs end
  if refusalsMs > 0 and refusalsMs + 60000 <= now then return nil end

  local attempt, admittedAtMs, slipDay, slipMonth, known, rates, budgets, rateIdBytes, budgetIdBytes, at =
    read('<ddddBBBI4I4', slip, 42)
  local rateMeasures = at + (rates + budgets) * 16 + known * 24
  local rateIds = rateMeasures + rates
  local texts = ARGV[14] .. ARGV[15] .. ARGV[7]
  if attempt ~= 1 or slipDay ~= ARGV[5] + 0 or slipMonth ~= ARGV[6] + 0 or budgets ~= #ARGV[14]
    or budgetIdBytes ~= #ARGV[15] or #slip ~= rateIds + rateIdBytes + #texts - 1
    or find(slip, texts, rateIds + rateIdBytes, true) ~= rateIds + rateIdBytes then return nil end
  local due = call('ZRANGEBYSCORE', KEYS[3], '-inf', format('%d', now), 'LIMIT', '0', '32')
  if due[1] then
    for _, other in ipairs(call('HMGET', KEYS[1], unpack(due))) do
      local state = other and string.byte(other) or 1
      if state == 1 or state > 4 then return nil end
    end
  end

  -- Tokens are set right in their windows; a request that was sent keeps its weight in the others.
  local inputNow, outputNow, nanoUsdNow = ARGV[8] + 0, ARGV[9] + 0, ARGV[10] + 0
  local tokens, windows, writes, endsMs = inputNow + outputNow, { '', '', '', '' }, 0, ratesEndMs
  for n = 1, rates do
    local windowMs, amount = read('<dd', slip, at)
    if amount ~= tokens and string.byte(slip, rateMeasures + n - 1) == 116 then
      local _, _, id = find(slip, string.rep('%S+ ', n - 1) .. '(%S+) ', rateIds)
      local head = call('HGET', KEYS[2], id)
      if not head then return nil end
      local slot, sum, oldest, newest, _, width = read('<ddddI4B', head)
      local current, age, counts = now * 60 / windowMs, admittedAtMs * 60 / windowMs, nil
      current = current - current % 1
      if current > slot then
        sum, oldest, width, counts = advance(current, slot, sum, oldest, newest, width,
          width > 0 and call('HGET', KEYS[2], id .. ' counts'))
        slot, newest = current, 0
      end
      age = slot - (age - age % 1)
      local excess = tokens - amount
      if excess > 0 or age == 0 then
        if sum == 0 then oldest = slot end
        if newest + excess < 0 then excess = -newest end
        newest, sum = newest + excess, sum + excess
      elseif age > 0 and age <= 60 and width > 0 then
        counts = counts or call('HGET', KEYS[2], id .. ' counts')
        local place, form = (60 - age) * width + 1, '<I' .. width
        local before = read(form, counts, place)
        local after = before + excess
        if after < 0 then after = 0 end
        sum = sum - before + after
        counts = string.sub(counts, 1, place - 1) .. pack(form, after) .. string.sub(counts, place + width)
        if after == 0 then
          local first = find(counts, '[^%z]')
          oldest = first and slot - 60 + math.floor((first - 1) / width) or slot
        end
      end
      if counts then
        windows[writes + 1], windows[writes + 2], writes = id .. ' counts', counts, writes + 2
      end
      windows[writes + 1] = id
      windows[writes + 2] = pack('<ddddI4B', slot, sum, oldest, newest, windowMs, width)
      writes = writes + 2
      local leavesMs = ((slot + 61) * windowMs + 59) / 60
      if leavesMs > endsMs then endsMs = leavesMs - leavesMs % 1 end
    end
    at = at + 16
  end

  local owed, sheet = '', { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
  local reservedTokens, reservedNanoUsd
  if budgets > 0 then
    local rows = cells and read('<I2', cells) or 0
    if rows < budgets or find(cells, ARGV[15], rows * 24 + 3, true) ~= rows * 24 + 3 then return nil end
  end
  for n = 1, budgets do
    local start, amount = read('<dd', slip, at)
    local cellStart, committed, held = read('<ddd', cells, n * 24 - 21)
    if cellStart ~= start then return nil end
    if string.byte(ARGV[14], n) == 116 then
      committed = committed + tokens
      if not reservedTokens or amount < reservedTokens then reservedTokens = amount end
    else
      committed = committed + nanoUsdNow
      if not reservedNanoUsd or amount < reservedNanoUsd then reservedNanoUsd = amount end
    end
    held = held - amount
    sheet[n * 3 - 2], sheet[n * 3 - 1], sheet[n * 3] = start, committed, held
    owed = owed .. format('%d %d ', committed, held)
    at = at + 16
  end

  local overTokens, overNanoUsd = tokens - (reservedTokens or 0), nanoUsdNow - (reservedNanoUsd or 0)
  local dueMs, nowText, charged = now + 900000, format('%d', now), ARGV[8] .. ' ' .. ARGV[9] .. ' ' .. ARGV[10]
  call('XADD', KEYS[4], format('%d-0', seq + 1), 'k', 'settled', 'n', nowText .. ' ' .. ARGV[5] .. ' ' .. ARGV[6]
    .. ' ' .. charged .. format(' %d %d', overTokens > 0 and overTokens or 0, overNanoUsd > 0 and overNanoUsd or 0),
    'h', string.sub(ARGV[3], 6), 'c', ARGV[7], 'o', ARGV[11])
  local extra, extras = { 'cells', '', '', '' }, 0
  if budgets > 0 then
    extra[2], extras = string.sub(cells, 1, 2) .. pack('<' .. string.rep('ddd', budgets), unpack(sheet, 1, budgets * 3))
      .. string.sub(cells, budgets * 24 + 3), 2
  end
  if ARGV[13] ~= '' and (not used or now - used >= 60000) then
    extra[extras + 1], extra[extras + 2], extras = ARGV[13], nowText, extras + 2
  end
  call('HSET', KEYS[1],
    'counters', pack('<ddddddddddddddd', seq + 1, requests + 1, refused, input + inputNow, output + outputNow,
      math.min(nanoUsd + nanoUsdNow, 9007199254740991), now, live - 1, endsMs, refusalsMs, highWater,
      dayStart, dayEnd, monthStart, monthEnd),
    ARGV[3], pack('<Bdddd', 2, dueMs, inputNow, outputNow, nanoUsdNow),
    unpack(extra, 1, extras))
  call('RPUSH', KEYS[8], ARGV[5] .. ' 1 ' .. charged .. ' ' .. ARGV[12])
  if due[1] then
    call('HDEL', KEYS[1], unpack(due))
    call('ZREM', KEYS[3], unpack(due))
  end
  call('ZADD', KEYS[3], format('%d', dueMs), ARGV[3])
  if writes > 0 then call('HSET', KEYS[2], unpack(windows, 1, writes)) end
  if endsMs > ratesEndMs then call('PEXPIREAT', KEYS[2], format('%d', endsMs)) end
  return { 'settled', charged, '0', string.sub(owed, 1, -2) }
end
do
  local reply = settleUsually()
  if reply then return reply end
end
