-- stock.lua: every place that the account knows on vector services. Changes nothing.
-- KEYS    1 account · 9 stock
-- ARGV    1 time of a test or ''
-- Returns stock, now, then of each place: its name, epoch, `collections vectors bytes writes open
--         unsure-since`, 1 where it has a note and 0 else, the note or '' · gone, why
local incarnation = account.open({ 'version', 'incarnation', 'counters' })
if not incarnation then return account.gone() end

local told = { 'stock', string.format('%d', account.now) }
local all = call('HGETALL', key.stock)
for at = 1, #all, 2 do
  if string.sub(all[at], 1, 2) == 'p:' then
    local r, last = cmsgpack.unpack(all[at + 1]), #told
    told[last + 1], told[last + 2] = string.sub(all[at], 3), r[1]
    told[last + 3] = account.digits({ r[2], r[3], r[4], r[5], r[6], r[7] })
    told[last + 4], told[last + 5] = r[8] and '1' or '0', r[8] or ''
  end
end
return told
