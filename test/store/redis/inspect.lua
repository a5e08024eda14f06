-- inspect.lua: an account's records as JSON, decoded by what docs/storage-schema.md says of them and by
-- nothing that the store's own scripts share.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 5 keys · 6 usage · 7 lines · 8 pending
--         9 stock
-- Returns texts by turns: kind, id, value as JSON
local told = {}
local function tell(kind, id, value)
  for _, text in ipairs({ kind, id, value }) do
    told[#told + 1] = text
  end
end

-- All numbers are below 2^53, and none is written with an exponent.
local function json(value)
  local kind = type(value)
  if kind == 'number' then return string.format('%d', value) end
  if kind == 'boolean' then return 'null' end
  if kind == 'string' then return cjson.encode(value) end
  local parts = {}
  for at = 1, #value do
    parts[at] = json(value[at])
  end
  return '[' .. table.concat(parts, ',') .. ']'
end

local function doubles(bytes)
  local list = {}
  for at = 1, #bytes, 8 do
    list[#list + 1] = struct.unpack('<d', bytes, at)
  end
  return list
end

-- A reader of values one after the other; without a format, of all that is left.
local function reader(bytes)
  local at = 1
  return function(format)
    if not format then return string.sub(bytes, at) end
    local values = { struct.unpack('<' .. format, bytes, at) }
    at = table.remove(values)
    return unpack(values)
  end
end

local STATES = { 'live', 'settled', 'swept', 'unresolved', 'leased', 'ended', 'reset', 'live' }
local MEASURES = { r = 'requests', t = 'tokens', n = 'nano_usd' }

-- Of a slip that holds stock, what stands in the hash of places as well.
local function heldBy(number, id)
  local bytes = redis.call('HGET', KEYS[9], 'h:slip:' .. id)
  assert((bytes and true) == (number == 8), 'a slip and what it holds disagree')
  return bytes and cmsgpack.unpack(bytes)
end

local function slip(id, bytes)
  local read = reader(bytes)
  local number, dueMs = read('Bd')
  local state = STATES[number]
  local stock = heldBy(number, id)
  if state == 'unresolved' then return { state, dueMs } end
  if state == 'leased' then return { state, dueMs, read('d'), read() } end
  if state == 'ended' then return { state, dueMs, read('ddB') } end
  if state == 'reset' then return { state, dueMs, read('dd') } end
  if state ~= 'live' then
    return { state, dueMs, { read('ddd') }, state == 'swept' and { read('dd') } }
  end
  local estimate = { read('ddd') }
  local granted, attempt, admittedAtMs, day, month = read('ddddd')
  local known, rateCount, budgetCount, rateBytes, budgetBytes = read('BBBI4I4')
  local rates, budgets, extended = {}, {}, {}
  for n = 1, rateCount do
    rates[n] = { read('dd') }
  end
  for n = 1, budgetCount do
    budgets[n] = { read('dd') }
  end
  local checkpoint = known == 1 and { read('ddd') }
  for n = 1, rateCount do
    extended[n] = attempt > 1 and read('d') or 0
  end
  local function named(list, measures, ids)
    local n = 0
    for id in string.gmatch(ids, '(%S+) ') do
      n = n + 1
      local figure, amount = unpack(list[n])
      list[n] = { id, figure, MEASURES[string.sub(measures, n, n)], amount }
    end
    assert(n == #list and n == #measures, 'a slip disagrees with itself')
  end
  local function text(length)
    return length == 0 and '' or read('c' .. length)
  end
  named(rates, text(rateCount), text(rateBytes))
  named(budgets, text(budgetCount), text(budgetBytes))
  for n = 1, rateCount do
    rates[n][5] = extended[n]
  end
  return {
    state, dueMs, false, false, admittedAtMs, granted, attempt, day, month, read(), estimate,
    checkpoint, rates, budgets, stock,
  }
end

local account = redis.call('HGETALL', KEYS[1])
for at = 1, #account, 2 do
  local kind, id = string.match(account[at], '^(%l+):?(.*)$')
  local value = account[at + 1]
  if kind == 'slip' then tell(kind, id, json(slip(id, value)))
  elseif kind == 'refusals' then
    local minuteMs, counts = cmsgpack.unpack(value)
    local list = { minuteMs }
    for reason, count in pairs(counts) do
      list[#list + 1] = reason
      list[#list + 1] = count
    end
    tell(kind, id, json(list))
  elseif kind == 'cells' then
    local read, rows = reader(value), {}
    for n = 1, read('I2') do
      rows[n] = { false, read('ddd') }
    end
    local n = 0
    for budget in string.gmatch(read(), '(%S+) ') do
      n = n + 1
      rows[n][1] = budget
    end
    assert(n == #rows, 'the cells disagree with themselves')
    tell(kind, id, json(rows))
  elseif kind == 'levels' then
    local remembered, minuteMs, quotas = cmsgpack.unpack(value)
    local list = { remembered, minuteMs }
    for quota, figures in pairs(quotas) do
      list[#list + 1] = quota
      for n = 1, 7 do
        list[#list + 1] = figures[n]
      end
    end
    tell(kind, id, json(list))
  elseif kind == 'counters' or kind == 'periods' then
    tell(kind, id, json(doubles(value)))
  else tell(kind, id, value) end
end

local stock = redis.call('HGETALL', KEYS[9])
for at = 1, #stock, 2 do
  local sign, id = string.match(stock[at], '^(%l):(.*)$')
  if sign == 'p' then tell('stock', id, json(cmsgpack.unpack(stock[at + 1])))
  else assert(redis.call('HGET', KEYS[1], id), 'what is held is held by no slip') end
end

local usage = redis.call('HGETALL', KEYS[6])
for at = 1, #usage, 2 do
  local id, bytes, list = usage[at], usage[at + 1], {}
  local day = string.match(id, '^day|(%d+)$')
  local size = day and 11 or 7
  for n = 1, size do
    list[n] = struct.unpack('<d', bytes, n * 8 - 7)
  end
  for place = size * 8 + 1, #bytes, 5 do
    list[#list + 1], list[#list + 2] = struct.unpack('<BI4', bytes, place)
  end
  assert(redis.call('ZSCORE', KEYS[7], id), 'a line is not listed')
  tell(day and 'day' or 'line', day or id, json(list))
end
assert(redis.call('ZCARD', KEYS[7]) == #usage / 2, 'a line is listed that is not there')

local function ring(id, head)
  local slot, sum, oldest, newest, windowMs, width = struct.unpack('<ddddI4B', head)
  assert(#head == 37, 'a head has its length')
  local list = { slot, sum, windowMs }
  local counts = width > 0 and redis.call('HGET', KEYS[2], id .. ' counts')
  assert(width == 0 or #counts == 60 * width, 'counts have their length')
  for n = 0, 59 do
    list[#list + 1] = counts and struct.unpack('<I' .. width, counts, n * width + 1) or 0
  end
  list[#list + 1] = newest
  for at = 4, #list do
    if list[at] > 0 then
      assert(oldest == slot - 64 + at, 'a ring disagrees with itself')
      break
    end
  end
  tell('ring', id, json(list))
end

local rates = redis.call('HGETALL', KEYS[2])
for at = 1, #rates, 2 do
  if string.find(rates[at], ' counts$') then
    local id = string.sub(rates[at], 1, -8)
    assert(redis.call('HEXISTS', KEYS[2], id) == 1, 'no counts stay behind')
  else ring(rates[at], rates[at + 1]) end
end

local due = redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES')
for at = 1, #due, 2 do
  tell('due', string.match(due[at], '^slip:(.*)$'), due[at + 1])
end
local keys = redis.call('HGETALL', KEYS[5])
for at = 1, #keys, 2 do
  tell('key', keys[at], keys[at + 1])
end
return told
