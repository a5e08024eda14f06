-- abandon.lua: gives up on an admission whose answer never came. Nothing was sent, so nothing is
-- charged; the mark stays for an admission that is still on its way. src/account/steps/abandon.ts in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger
-- ARGV    1 time of a test or '' · 2 incarnation · 3 slip, the name of its field
-- Returns abandoned · gone, why
local meant, name = ARGV[2], ARGV[3]

local incarnation = account.open({ 'version', 'incarnation', 'counters', 'refusals', name })
if incarnation ~= meant then return account.gone() end
sweep.first(name)
local slip = slips.at(name)
if not slip then
  slips.put(name, { state = 'settled', dueMs = account.now + slips.MARK_MS, charged = { 0, 0, 0 } })
elseif slip.state == 'live' then
  slips.endLive(name, slip, 'abandoned', { 0, 0, 0 }, '')
end
return commit.answer('abandoned')
