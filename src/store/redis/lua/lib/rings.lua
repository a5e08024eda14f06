-- rings.lua (library): sliding windows, src/account/limits/rings.ts in Lua. A window is 61 slots of a
-- sixtieth of it, all counted in full. Kept as a head: slot, sum, the oldest slot that holds any of it,
-- count in the newest slot, window, width of the other counts in bytes; and, apart, the counts of the 60
-- slots before, oldest first: they are read and written when the window moves on, and only then. At
-- width 0 they are all nothing, whatever is kept of them. The oldest is kept so that nobody has to look
-- for it: a ring costs the same at any rate.
local rings

rings = {
  byId = {}, -- advanced to the present
  changed = {},
  HEAD = '<ddddI4B',
  HEAD_BYTES = 37,

  countsOf = function(id)
    return id .. ' counts'
  end,

  slotAt = function(atMs, windowMs)
    return math.floor(atMs * 60 / windowMs)
  end,

  -- The first millisecond at which a slot is no longer counted.
  slotLeavesAtMs = function(slot, windowMs)
    return math.floor(((slot + 61) * windowMs + 59) / 60)
  end,

  -- A ring from its head (false: an empty one), as it stands now. `counts` are looked up where nil.
  read = function(id, windowMs, head, counts)
    local ring = { id = id, known = head ~= false, windowMs = windowMs, counts = counts, moved = false }
    local current, _ = rings.slotAt(account.now, windowMs), nil
    ring.slot, ring.sum, ring.oldest, ring.newest, ring.width = current, 0, current, 0, 0
    if head then
      ring.slot, ring.sum, ring.oldest, ring.newest, _, ring.width = struct.unpack(rings.HEAD, head)
    end
    if current > ring.slot then
      ring.sum, ring.oldest, ring.width, ring.counts = advance(current, ring.slot, ring.sum, ring.oldest,
        ring.newest, ring.width, rings.counts(ring))
      ring.slot, ring.newest, ring.moved = current, 0, true
    end
    rings.byId[id] = ring
    return ring
  end,

  -- The counts before the newest.
  counts = function(ring)
    if not ring.counts and ring.width > 0 then
      ring.counts = call('HGET', key.rates, rings.countsOf(ring.id))
    end
    return ring.counts
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
    if age < 0 or age > 60 or ring.width == 0 then return end
    local width, counts = ring.width, rings.counts(ring)
    local at, format = (60 - age) * width + 1, '<I' .. width
    local before = struct.unpack(format, counts, at)
    local after = math.max(0, before - weight)
    ring.sum = ring.sum - before + after
    ring.counts = string.sub(counts, 1, at - 1) .. struct.pack(format, after)
      .. string.sub(counts, at + width)
    ring.moved = true
    local first = string.find(ring.counts, '[^%z]')
    ring.oldest = first and ring.slot - 60 + math.floor((first - 1) / width) or ring.slot
  end,

  -- The head.
  encode = function(ring)
    return struct.pack(rings.HEAD, ring.slot, ring.sum, ring.oldest, ring.newest, ring.windowMs, ring.width)
  end,
}
