-- load.lua: is what a request was decided on still current? Otherwise, or when keys are asked for, what
-- is. Writes nothing. src/account/steps/confirm.ts in Lua.
-- KEYS    1 account · 2-4 not used · 5 keys
-- ARGV    1 time of a test or '' · 2 version or '' · 3 and on: key hashes
-- Returns current · stale, version, incarnation, config, and hash and record of the first key that is on
--         record · gone, why
local version, hashes = ARGV[2], snapshot.hashes(3)

account.fetch({ 'version', 'incarnation' })
local incarnation = account.fields.incarnation
if not incarnation then return account.gone() end
if version ~= '' and not account.isVersionOf(version, incarnation) then return account.gone() end
if version == account.fields.version and #hashes == 0 then return { 'current' } end
return snapshot.stale(hashes)
