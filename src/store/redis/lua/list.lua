-- list.lua: a page of the directory, by slug. Writes nothing.
-- KEYS    1 rows · 2 names · 3 epoch
-- ARGV    1 the slug after which, or '' · 2 how many at most
-- Returns the epoch or '', then row after row (JSON)
local after, limit = ARGV[1], ARGV[2]

local reply = { redis.call('GET', KEYS[3]) or '' }
local names = redis.call('ZRANGEBYLEX', KEYS[2], after == '' and '-' or '(' .. after, '+', 'LIMIT', 0, limit)
if #names == 0 then return reply end
for at, row in ipairs(redis.call('HMGET', KEYS[1], unpack(names))) do
  reply[at + 1] = row
end
return reply
