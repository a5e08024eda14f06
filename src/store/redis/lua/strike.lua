-- strike.lua: counts one against a subject in a sliding window of its own; src/store/strike-windows.ts in
-- Lua. The key lives as long as its window holds anything.
-- KEYS    1 window
-- ARGV    1 time of a test or '' · 2 window in ms
-- Returns the count, and when the strike just counted leaves the window (ms)
local WINDOW = KEYS[1]
local windowMs = tonumber(ARGV[2])

account.now = account.storeTime()
local kept = call('GET', WINDOW)
local ring = rings.read('', windowMs, kept, kept and string.sub(kept, rings.HEAD_BYTES + 1))
rings.add('', ring, 1)
local leavesAtMs = string.format('%d', rings.slotLeavesAtMs(ring.slot, windowMs))
call('SET', WINDOW, rings.encode(ring) .. (ring.counts or ''), 'PXAT', leavesAtMs)
return { string.format('%d', ring.sum), leavesAtMs }
