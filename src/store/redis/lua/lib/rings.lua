-- rings.lua (library): sliding windows, src/account/rings.ts in Lua. A window is 61 slots of a
-- sixtieth of it, all counted in full. Kept as bytes: slot, sum, count in that slot, window, width of
-- the other counts in bytes, then the counts of the 60 slots before, oldest first. The newest stands
-- apart because it alone changes as a rule, so a ring costs the same at any rate.
local rings = {
  byId = {}, -- advanced to the present
  changed = {},
  HEAD = '<dddI4B',
  HEAD_BYTES = 29,
  COUNT = { [1] = '<B', [2] = '<I2', [4] = '<I4', [8] = '<I8' },
  COUNT_END = { [1] = 2 ^ 8, [2] = 2 ^ 16, [4] = 2 ^ 32, [8] = 2 ^ 53 },
}

function rings.slotAt(atMs, windowMs)
  return math.floor(atMs * 60 / windowMs)
end

-- The first millisecond at which a slot is no longer counted.
function rings.slotLeavesAtMs(slot, windowMs)
  return math.floor(((slot + 61) * windowMs + 59) / 60)
end

-- The counts before the newest, with room for one more that is as large as `count`.
local function widen(ring, count)
  local width, counts = ring.width, ring.counts
  while count >= rings.COUNT_END[width] and width < 8 do
    width = width * 2
  end
  if width == ring.width then return end
  local values = { struct.unpack('<' .. string.rep(string.sub(rings.COUNT[ring.width], 2), 60), counts) }
  values[61] = nil -- where the reading ended
  ring.counts = struct.pack('<' .. string.rep(string.sub(rings.COUNT[width], 2), 60), unpack(values))
  ring.width = width
end

function rings.advance(ring, slot)
  local entered = slot - ring.slot
  if entered <= 0 then return end
  if entered > 60 then
    ring.slot, ring.sum, ring.newest, ring.width, ring.counts = slot, 0, 0, 1, string.rep('\0', 60)
    return
  end
  widen(ring, ring.newest)
  local width = ring.width
  local counts, leaving = ring.counts, entered * width
  local count, first = rings.COUNT[width], string.find(counts, '[^%z]')
  if first and first <= leaving then
    for at = first - (first - 1) % width, leaving, width do
      ring.sum = ring.sum - (struct.unpack(count, counts, at))
    end
  end
  ring.counts = string.sub(counts, leaving + 1) .. struct.pack(count, ring.newest)
    .. string.rep('\0', leaving - width)
  ring.slot, ring.newest = slot, 0
end

-- A ring from its bytes (false: an empty one), as it stands now.
function rings.read(id, windowMs, bytes)
  local ring = { known = bytes ~= false, windowMs = windowMs, slot = -61, sum = 0, newest = 0, width = 1 }
  if bytes then
    local _
    ring.slot, ring.sum, ring.newest, _, ring.width = struct.unpack(rings.HEAD, bytes)
    ring.counts = string.sub(bytes, rings.HEAD_BYTES + 1)
  end
  rings.advance(ring, rings.slotAt(account.now, windowMs))
  rings.byId[id] = ring
  return ring
end

function rings.at(id, windowMs)
  return rings.byId[id] or rings.read(id, windowMs, call('HGET', key.rates, id))
end

-- Reads the rings of several demands at once.
function rings.fetch(rates)
  if #rates == 0 then return end
  local ids = {}
  for at = 1, #rates do
    ids[at] = rates[at].id
  end
  local values = call('HMGET', key.rates, unpack(ids))
  for at = 1, #rates do
    -- One that the sweep has had in hand is already here, perhaps changed.
    if not rings.byId[ids[at]] then rings.read(ids[at], rates[at].windowMs, values[at]) end
  end
end

-- Adds weight to the newest slot.
function rings.add(id, ring, weight)
  ring.newest, ring.sum = ring.newest + weight, ring.sum + weight
  rings.changed[id] = ring
end

-- Takes weight out of the slot it was admitted in; once that has left, nothing.
function rings.takeBack(id, ring, slot, weight)
  rings.changed[id] = ring
  local age = ring.slot - slot
  if age == 0 then return rings.add(id, ring, -math.min(weight, ring.newest)) end
  if age < 0 or age > 60 then return end
  local width, counts = ring.width, ring.counts
  local at = (60 - age) * width + 1
  local before = struct.unpack(rings.COUNT[width], counts, at)
  local after = math.max(0, before - weight)
  ring.sum = ring.sum - before + after
  ring.counts = string.sub(counts, 1, at - 1) .. struct.pack(rings.COUNT[width], after)
    .. string.sub(counts, at + width)
end

function rings.encode(ring)
  return struct.pack(rings.HEAD, ring.slot, ring.sum, ring.newest, ring.windowMs, ring.width) .. ring.counts
end
