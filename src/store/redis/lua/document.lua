-- document.lua: one document of the control plane. Writes nothing.
-- KEYS    1-2 not used · 3 epoch · 4 documents of the kind
-- ARGV    1 id
-- Returns the epoch or '', and `revision text` or ''
return { redis.call('GET', KEYS[3]) or '', redis.call('HGET', KEYS[4], ARGV[1]) or '' }
