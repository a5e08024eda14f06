-- look.lua: a tenant's row, and whether this database was ever provisioned. Writes nothing.
-- KEYS    1 rows · 2 not used · 3 epoch
-- ARGV    1 tenant
-- Returns the epoch or '', and the row (JSON) or ''
local tenant = ARGV[1]

return { redis.call('GET', KEYS[3]) or '', redis.call('HGET', KEYS[1], tenant) or '' }
