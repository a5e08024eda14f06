-- ring-times.lua (library): when a window has room again, and when its oldest weight leaves it.
local ringTimes
ringTimes = {
  -- The first millisecond at which `weight` fits under `limit` if nothing else comes, for a ring that
  -- has no room for it now; nil when it never will.
  roomAtMs = function(ring, limit, weight)
    if weight > limit then return nil end
    local sum, slot, at = ring.sum, ring.slot - 61, 1
    local width, counts = ring.width, rings.counts(ring)
    while width > 0 and sum + weight > limit and slot < ring.slot - 1 do
      slot = slot + 1
      sum = sum - (struct.unpack('<I' .. width, counts, at))
      at = at + width
    end
    if sum + weight > limit then slot = ring.slot end
    return rings.slotLeavesAtMs(slot, ring.windowMs)
  end,

  -- nil for a ring that holds nothing.
  oldestLeavesAtMs = function(ring)
    if ring.sum == 0 then return nil end
    return rings.slotLeavesAtMs(ring.oldest, ring.windowMs)
  end,
}
