-- write.lua: writes documents of the control plane: all of them, or none when one is not at the revision
-- that is expected. Drops some that have expired, of the same kinds.
-- KEYS    1-2 not used · 3 epoch · from 4 on for each change: documents of its kind, those that expire
-- ARGV    1 now (ms) · for each change: id, revision expected, text or '' to remove it, expiry (ms) or ''
-- Returns written or stale, then the epoch
local now = ARGV[1]
local MAX_DROPPED = 8
local changes = {}
for at = 1, (#ARGV - 1) / 4 do
  local arg, key = at * 4 - 2, at * 2 + 2
  changes[at] = {
    documents = KEYS[key], expiring = KEYS[key + 1],
    id = ARGV[arg], expected = ARGV[arg + 1], text = ARGV[arg + 2], expiry = ARGV[arg + 3],
  }
end

local stale = false
for _, change in ipairs(changes) do
  local stored = redis.call('HGET', change.documents, change.id)
  local revision = stored and string.match(stored, '^(%d+) ') or '0'
  redis.call('ZCARD', change.expiring) -- of another type it fails here, before anything is written
  if revision ~= change.expected then stale = true end
end
local known = epoch.mark(KEYS[3])
if stale then return { 'stale', known } end

for _, change in ipairs(changes) do
  if change.text == '' then
    redis.call('HDEL', change.documents, change.id)
  else
    local revision = string.format('%d', change.expected + 1)
    redis.call('HSET', change.documents, change.id, revision .. ' ' .. change.text)
  end
  if change.text ~= '' and change.expiry ~= '' then
    redis.call('ZADD', change.expiring, change.expiry, change.id)
  else
    redis.call('ZREM', change.expiring, change.id)
  end
end
for _, change in ipairs(changes) do
  local expired = redis.call('ZRANGEBYSCORE', change.expiring, '-inf', now, 'LIMIT', 0, MAX_DROPPED)
  if #expired > 0 then
    redis.call('HDEL', change.documents, unpack(expired))
    redis.call('ZREM', change.expiring, unpack(expired))
  end
end
return { 'written', known }
