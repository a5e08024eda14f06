-- inspect.lua: an account's records as JSON, decoded by what docs/storage-schema.md says of them and by
-- nothing that the store's own scripts share.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 5 keys
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

-- A reader of values one after the other.
local function reader(bytes)
  local at = 1
  return function(format)
    local values = { struct.unpack('<' .. format, bytes, at) }
    at = table.remove(values)
    return unpack(values)
  end
end

local function slip(bytes)
  local read = reader(bytes)
  local state, dueMs = read('Bc0d')
  if state == 'unresolved' then return { state, dueMs } end
  if state ~= 'live' then
    return { state, dueMs, { read('ddd') }, state == 'swept' and { read('dd') } }
  end
  local admittedAtMs, granted, attempt, day, month = read('ddddd')
  local estimate, checkpoint = { read('ddd') }, { read('ddd') }
  local known, rateCount, budgetCount, keyId, context = read('BBBI4c0I4c0')
  local rates, budgets = {}, {}
  for n = 1, rateCount do
    rates[n] = { read('I4c0dBc0dd') }
  end
  for n = 1, budgetCount do
    budgets[n] = { read('I4c0dBc0d') }
  end
  return {
    state, dueMs, false, false, admittedAtMs, granted, attempt, day, month, keyId, context, estimate,
    known == 1 and checkpoint, rates, budgets,
  }
end

local account = redis.call('HGETALL', KEYS[1])
for at = 1, #account, 2 do
  local kind, id = string.match(account[at], '^(%l+):?(.*)$')
  local value = account[at + 1]
  if kind == 'slip' then tell(kind, id, json(slip(value)))
  elseif kind == 'refusals' then
    local minuteMs, counts = cmsgpack.unpack(value)
    local list = { minuteMs }
    for reason, count in pairs(counts) do
      list[#list + 1] = reason
      list[#list + 1] = count
    end
    tell(kind, id, json(list))
  elseif kind == 'cells' then tell(kind, id, json({ cmsgpack.unpack(value) }))
  elseif kind == 'counters' or kind == 'cell' or kind == 'day' or kind == 'periods' or kind == 'days' then
    tell(kind, id, json(doubles(value)))
  else tell(kind, id, value) end
end

local rates = redis.call('HGETALL', KEYS[2])
for at = 1, #rates, 2 do
  local slot, sum, oldest, newest, windowMs, width = struct.unpack('<ddddI4B', rates[at + 1])
  local list = { slot, sum, windowMs }
  for first = 38, #rates[at + 1], width do
    list[#list + 1] = struct.unpack('<I' .. width, rates[at + 1], first)
  end
  list[#list + 1] = newest
  for at = 4, #list do
    if list[at] > 0 then
      assert(oldest == slot - 64 + at, 'a ring disagrees with itself')
      break
    end
  end
  tell('ring', rates[at], json(list))
end

local due = redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES')
for at = 1, #due, 2 do
  tell('due', due[at], due[at + 1])
end
local keys = redis.call('HGETALL', KEYS[5])
for at = 1, #keys, 2 do
  tell('key', keys[at], keys[at + 1])
end
return told
