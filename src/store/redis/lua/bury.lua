-- bury.lua: takes a tenant out of the directory and leaves its tombstone; the first one stays.
-- KEYS    1 rows · 2 names · 3 epoch · 4 tombstones
-- ARGV    1 tenant · 2 keyed hash of the slug · 3 text
-- Returns buried, then the epoch or ''
local tenant, hash, text = ARGV[1], ARGV[2], ARGV[3]

local epoch = redis.call('GET', KEYS[3]) or ''
redis.call('HSETNX', KEYS[4], hash, '1 ' .. text)
redis.call('ZREM', KEYS[2], tenant)
redis.call('HDEL', KEYS[1], tenant)
return { 'buried', epoch }
