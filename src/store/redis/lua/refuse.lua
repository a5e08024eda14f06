-- refuse.lua: confirms a refusal that was decided on a snapshot, and counts it; on another version
-- nothing is counted. src/account/steps/confirm.ts in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 5 keys
-- ARGV    1 time of a test or '' · 2 version · 3 cause, as lib/refusals.lua has it · 4 and on: key hashes
-- Returns confirmed · stale, version, incarnation, config, and hash and record of the first key that is
--         on record · gone, why
local version, cause, hashes = ARGV[2], ARGV[3], snapshot.hashes(4)

local incarnation = account.open({ 'version', 'incarnation', 'counters', 'refusals', 'periods:day' })
if not incarnation or not account.isVersionOf(version, incarnation) then return account.gone() end
if version ~= account.fields.version then return snapshot.stale(hashes) end
sweep.first()
refusals.count(cause)
return commit.answer('confirmed')
