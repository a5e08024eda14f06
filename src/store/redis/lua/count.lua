-- count.lua: how many tenants the directory has. Writes nothing.
-- KEYS    1 not used · 2 names · 3 epoch
-- ARGV    none
-- Returns the epoch or '', and the count
return { redis.call('GET', KEYS[3]) or '', string.format('%d', redis.call('ZCARD', KEYS[2])) }
