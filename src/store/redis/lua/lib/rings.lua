-- rings.lua (library): sliding windows, src/account/rings.ts in Lua. A window is 61 slots of a
-- sixtieth of it, all counted in full. Kept as bytes: slot, sum, the oldest slot that holds any of it,
-- count in the newest slot, window, width of the other counts in bytes, then the counts of the 60 slots
-- before, oldest first. The newest stands apart because it alone changes as a rule, and the oldest is
-- kept so that nobody has to look for it: a ring costs the same at any rate.
local rings

-- The counts before the newest, with room for one more that is as large as `count`.
local function widen(ring, count)
  local width, counts = ring.width, ring.counts
  if count < 256 ^ width then return end
  while count >= 256 ^ width and width < 8 do
    width = width * 2
  end
  local values = { struct.unpack('<' .. string.rep(string.sub(rings.COUNT[ring.width], 2), 60), counts) }
  values[61] = nil -- where the reading ended
  ring.counts = struct.pack('<' .. string.rep(string.sub(rings.COUNT[width], 2), 60), unpack(values))
  ring.width = width
end

local function findOldest(ring)
  local first = string.find(ring.counts, '[^%z]')
  ring.oldest = first and ring.slot - 60 + math.floor((first - 1) / ring.width) or ring.slot
end

rings = {
  byId = {}, -- advanced to the present
  changed = {},
  HEAD = '<ddddI4B',
  HEAD_BYTES = 37,
  COUNT = { '<B', '<I2', nil, '<I4', nil, nil, nil, '<I8' }, -- by width

  slotAt = function(atMs, windowMs)
    return math.floor(atMs * 60 / windowMs)
  end,

  -- The first millisecond at which a slot is no longer counted.
  slotLeavesAtMs = function(slot, windowMs)
    return math.floor(((slot + 61) * windowMs + 59) / 60)
  end,

  advance = function(ring, slot)
    local entered = slot - ring.slot
    if entered <= 0 then return end
    if entered > 60 then
      ring.slot, ring.sum, ring.oldest, ring.newest = slot, 0, slot, 0
      ring.width, ring.counts = 1, string.rep('\0', 60)
      return
    end
    widen(ring, ring.newest)
    local width = ring.width
    local counts, leaving = ring.counts, entered * width
    local count = rings.COUNT[width]
    for at = (60 - (ring.slot - ring.oldest)) * width + 1, leaving, width do
      ring.sum = ring.sum - (struct.unpack(count, counts, at))
    end
    ring.counts = string.sub(counts, leaving + 1) .. struct.pack(count, ring.newest)
      .. string.rep('\0', leaving - width)
    ring.slot, ring.newest = slot, 0
    if ring.oldest < slot - 60 then findOldest(ring) end
  end,

  -- A ring from its bytes (false: an empty one), as it stands now.
  read = function(id, windowMs, bytes)
    local slot, sum, oldest, newest, _, width = -61, 0, 0, 0, nil, 1
    if bytes then slot, sum, oldest, newest, _, width = struct.unpack(rings.HEAD, bytes) end
    local ring = {
      known = bytes ~= false, windowMs = windowMs, slot = slot, sum = sum, oldest = oldest, newest = newest,
      width = width, counts = bytes and string.sub(bytes, rings.HEAD_BYTES + 1),
    }
    rings.advance(ring, rings.slotAt(account.now, windowMs))
    rings.byId[id] = ring
    return ring
  end,

  at = function(id, windowMs)
    return rings.byId[id] or rings.read(id, windowMs, call('HGET', key.rates, id))
  end,

  -- Reads the rings of several demands at once.
  fetch = function(rates)
    local ids = {}
    for at = 1, #rates do
      ids[at] = rates[at].id
    end
    local values = ids[1] and call('HMGET', key.rates, unpack(ids))
    for at = 1, #rates do
      -- One that the sweep has had in hand is already here, perhaps changed.
      if not rings.byId[ids[at]] then rings.read(ids[at], rates[at].windowMs, values[at]) end
    end
  end,

  -- Adds weight to the newest slot.
  add = function(id, ring, weight)
    if ring.sum == 0 then ring.oldest = ring.slot end
    ring.newest, ring.sum = ring.newest + weight, ring.sum + weight
    rings.changed[id] = ring
  end,

  -- Takes weight out of the slot it was admitted in; once that has left, nothing.
  takeBack = function(id, ring, slot, weight)
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
    findOldest(ring)
  end,

  encode = function(ring)
    return struct.pack(rings.HEAD, ring.slot, ring.sum, ring.oldest, ring.newest, ring.windowMs, ring.width)
      .. ring.counts
  end,
}
