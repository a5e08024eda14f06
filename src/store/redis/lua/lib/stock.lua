-- stock.lua (library): places on vector services, src/account/limits/stock.ts in Lua. They stand in a hash of
-- their own, MessagePack all: `p:` and a place -> { epoch, collections, vectors, bytes, writes, open,
-- unsure since (ms), note or false }; `h:` and the name of a live slip -> what it holds, for each place
-- { place, epoch, collections, vectors, bytes }.
local stock

-- The record with `sign` times the amounts { collections, vectors, bytes }.
local function sum(r, amounts, sign)
  return { r[1], r[2] + sign * amounts[1], r[3] + sign * amounts[2], r[4] + sign * amounts[3], r[5], r[6], r[7], r[8] }
end

local function endOne(held, verdict)
  local place, amounts = held[1], { held[3], held[4], held[5] }
  local record = stock.at(place)
  if not record then return end
  if record[1] ~= held[2] then
    -- Dropped and made anew meanwhile: what was written, if it was, may stand in the new one.
    if verdict == 'released' or verdict == 'dropped' then return end
    amounts[1] = 0
    record = sum(record, amounts, 1)
    record[5] = record[5] + 1
    if verdict == 'unknown' then record[7] = account.now end
    stock.put(place, record)
    return stock.take(amounts)
  end
  if verdict == 'dropped' then return stock.drop(place, record) end
  record = sum(record, amounts, verdict == 'released' and -1 or 0)
  record[5], record[6] = record[5] + 1, record[6] - 1
  if verdict == 'unknown' then record[7] = account.now end
  if verdict == 'released' then stock.giveBack(amounts) end
  local isNothing = record[2] == 0 and record[3] == 0 and record[4] == 0 and record[6] == 0
  -- A place that nothing was ever put in is none.
  stock.put(place, not (verdict == 'released' and isNothing) and record)
end

stock = {
  QUOTAS = { 'max_collections', 'max_vectors', 'max_storage' },
  UNSURE_MS = 60000,
  fields = {}, -- read or written; false where there is none
  changed = {},

  read = function(field)
    local value = stock.fields[field]
    if value == nil then
      local bytes = call('HGET', key.stock, field)
      value = bytes and cmsgpack.unpack(bytes)
      stock.fields[field] = value
    end
    return value
  end,

  write = function(field, value)
    stock.fields[field] = value
    stock.changed[field] = true
  end,

  at = function(place)
    return stock.read('p:' .. place)
  end,

  put = function(place, record)
    stock.write('p:' .. place, record)
  end,

  take = function(amounts)
    for n = 1, 3 do
      local quota, amount = stock.QUOTAS[n], amounts[n]
      local level = levels.at(quota)
      if amount > 0 then levels.move(quota, level[1] + amount, level[2], 4, amount) end
    end
  end,

  giveBack = function(amounts)
    for n = 1, 3 do
      local quota = stock.QUOTAS[n]
      local level = levels.at(quota)
      local amount = math.min(amounts[n], level[1])
      if amount > 0 then levels.move(quota, level[1] - amount, level[2], 5, amount) end
    end
  end,

  drop = function(place, record)
    stock.giveBack({ record[2], record[3], record[4] })
    stock.put(place, false)
  end,

  -- What a demand { place, expects, collections, collection if new, vectors, bytes, note, and epoch and
  -- writes of the record where it was seen } adds.
  amountsOf = function(demand, isKnown)
    return { demand[3] + (isKnown and 0 or demand[4]), demand[5], demand[6] }
  end,

  -- nil where there is room for all of it; else why not, and the place or the refusal.
  lookForRoom = function(ask)
    local asked = { 0, 0, 0 }
    for _, demand in ipairs(ask[2]) do
      local record = stock.at(demand[1])
      local isKnown = record and true
      if isKnown and demand[2] == 'new' then return 'place_known', demand[1] end
      if not isKnown and demand[2] == 'known' then return 'place_unknown', demand[1] end
      local isAsSeen = not demand[8] or record and record[1] == demand[8] and record[5] == demand[9]
      if not isAsSeen then return 'place_moved', demand[1] end
      local amounts = stock.amountsOf(demand, isKnown)
      for n = 1, 3 do
        asked[n] = asked[n] + amounts[n]
      end
    end
    for n = 1, 3 do
      local quota, amount = stock.QUOTAS[n], asked[n]
      local used, limit = levels.at(quota)[1], ask[1][n]
      -- Who asks for nothing more is not refused for having too much.
      if amount > 0 and amount > limit - used then
        return 'refused', { reason = 'quota', id = quota, limit = limit, used = used, held = 0, asked = amount }
      end
    end
    return nil
  end,

  hold = function(ask, name)
    local all = {}
    for n, demand in ipairs(ask[2]) do
      local known = stock.at(demand[1])
      local amounts = stock.amountsOf(demand, known)
      local note = demand[7] ~= cjson.null and demand[7]
      local record = sum(known or { string.sub(name, 6), 0, 0, 0, 0, 0, 0, note }, amounts, 1)
      record[5], record[6] = record[5] + 1, record[6] + 1
      stock.put(demand[1], record)
      stock.take(amounts)
      all[n] = { demand[1], record[1], amounts[1], amounts[2], amounts[3] }
    end
    stock.write('h:' .. name, all)
  end,

  -- Texts for HSET, and fields for HDEL.
  encode = function()
    local kept, dropped = {}, {}
    for field in pairs(stock.changed) do
      local value, last = stock.fields[field], #kept
      if value then kept[last + 1], kept[last + 2] = field, cmsgpack.pack(value)
      else dropped[#dropped + 1] = field end
    end
    return kept, dropped
  end,
}

slips.endStock = function(name, verdict)
  for _, held in ipairs(stock.read('h:' .. name) or {}) do
    endOne(held, verdict)
  end
  stock.write('h:' .. name, false)
end
