-- register.lua: puts a tenant into the directory, once; the first one marks the database as provisioned.
-- KEYS    1 rows · 2 names · 3 epoch · 4 tombstones
-- ARGV    1 tenant · 2 row (JSON) · from 3 on the keyed hashes of the slug
-- Returns registered, exists or tombstoned, then the epoch
local tenant, row = ARGV[1], ARGV[2]

local tombstoned = false
for at = 3, #ARGV do
  if redis.call('HEXISTS', KEYS[4], ARGV[at]) == 1 then tombstoned = true end
end
local exists = redis.call('HEXISTS', KEYS[1], tenant) == 1
local known = epoch.mark(KEYS[3])
if tombstoned then return { 'tombstoned', known } end
if exists then return { 'exists', known } end
redis.call('ZADD', KEYS[2], 0, tenant)
redis.call('HSET', KEYS[1], tenant, row)
return { 'registered', known }
