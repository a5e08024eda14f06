-- update.lua: brings a known tenant's row up to date; does nothing for an unknown one.
-- KEYS    1 rows · 2 not used · 3 epoch
-- ARGV    1 tenant · 2 row (JSON)
-- Returns updated or unknown, then the epoch or ''
local tenant, row = ARGV[1], ARGV[2]

local epoch = redis.call('GET', KEYS[3]) or ''
if redis.call('HEXISTS', KEYS[1], tenant) == 0 then return { 'unknown', epoch } end
redis.call('HSET', KEYS[1], tenant, row)
return { 'updated', epoch }
