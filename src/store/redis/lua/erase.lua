-- erase.lua: leaves nothing of an account.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 5 keys
-- ARGV    1 time of a test or '' · 2 incarnation
-- Returns erased · gone, why
local meant = ARGV[2]

account.fetch({ 'incarnation' })
if account.fields.incarnation ~= meant then return account.gone() end
call('UNLINK', key.account, key.rates, key.due, key.ledger, key.keys, key.usage, key.lines, key.pending, key.stock)
return { 'erased' }
