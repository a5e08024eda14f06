-- register.lua: puts a tenant into the directory, once; the first one marks the database as provisioned.
-- KEYS    1 rows · 2 names · 3 epoch
-- ARGV    1 tenant · 2 row (JSON)
-- Returns registered or exists, then the epoch
local tenant, row = ARGV[1], ARGV[2]

local exists = redis.call('HEXISTS', KEYS[1], tenant) == 1
local epoch = redis.call('GET', KEYS[3])
if not epoch then
  local time = redis.call('TIME')
  epoch = time[1] .. '.' .. time[2]
  redis.call('SET', KEYS[3], epoch)
end
if exists then return { 'exists', epoch } end
redis.call('ZADD', KEYS[2], 0, tenant)
redis.call('HSET', KEYS[1], tenant, row)
return { 'registered', epoch }
