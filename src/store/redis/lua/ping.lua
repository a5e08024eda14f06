-- ping.lua: does the database answer, is it the one it was, and may it drop what it keeps? Writes nothing.
-- KEYS    1-2 not used · 3 epoch
-- ARGV    none
-- Returns the epoch or '', and the eviction policy, '' where Redis does not tell
local EPOCH = KEYS[3]

local info = redis.pcall('INFO', 'memory')
local policy = type(info) == 'string' and string.match(info, 'maxmemory_policy:([%w-]+)')
return { redis.call('GET', EPOCH) or '', policy or '' }
