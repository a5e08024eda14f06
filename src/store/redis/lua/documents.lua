-- documents.lua: all documents of a kind, in no order. Writes nothing.
-- KEYS    1-2 not used · 3 epoch · 4 documents of the kind
-- ARGV    none
-- Returns the epoch or '', then by turns an id and `revision text`
local reply = redis.call('HGETALL', KEYS[4])
table.insert(reply, 1, redis.call('GET', KEYS[3]) or '')
return reply
