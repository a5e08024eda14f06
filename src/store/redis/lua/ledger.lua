-- ledger.lua: a page of the ledger, oldest first. Writes nothing.
-- KEYS    1 ledger
-- ARGV    1 the sequence number after which · 2 how many at most
-- Returns for each entry: sequence number, then field and value by turns, as it was appended
local after, limit = ARGV[1], ARGV[2]

local page = {}
-- Asked for none, Redis answers nil.
for at, entry in ipairs(redis.call('XRANGE', KEYS[1], '(' .. after .. '-0', '+', 'COUNT', limit) or {}) do
  local row = entry[2]
  table.insert(row, 1, (string.gsub(entry[1], '-0$', '')))
  page[at] = row
end
return page
