-- strike.lua: counts one against a subject in a sliding window of its own; src/store/strike-windows.ts in
-- Lua. The key lives as long as its window holds anything.
-- KEYS    1 window
-- ARGV    1 time of a test or '' · 2 window in ms
-- Returns the count, and when the strike just counted leaves the window (ms)
local WINDOW = KEYS[1]
local windowMs = tonumber(ARGV[2])

account.now = account.storeTime()
local ring = rings.read('', windowMs, call('GET', WINDOW))
rings.add('', ring, 1)
local leavesAtMs = string.format('%d', rings.slotLeavesAtMs(ring.slot, windowMs))
call('SET', WINDOW, rings.encode(ring), 'PXAT', leavesAtMs)
return { string.format('%d', ring.sum), leavesAtMs }
