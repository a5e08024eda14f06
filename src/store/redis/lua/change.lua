-- change.lua: the control plane's one write. Compares the version, replaces configuration and keys, and
-- raises it, all in one step. src/account/steps/control.ts in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 5 keys
-- ARGV    1 time of a test or '' · 2 version expected · 3 nonce · 4 config (JSON) or '' · 5 days and
--         6 months, `start end ...`, or '' twice · 7 note (JSON) · 8 a count of keys and for each: hash,
--         record (JSON)
-- Returns changed, version · stale, version, incarnation, config · gone, why
local expected, nonce, config, days, months, note = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]

local incarnation = account.open({
  'version', 'incarnation', 'nonce', 'counter', 'counters', 'refusals', 'periods:day', 'periods:month',
})
if not incarnation or not account.isVersionOf(expected, incarnation) then return account.gone() end
if nonce == account.fields.nonce then return { 'changed', account.fields.version } end
if expected ~= account.fields.version then return snapshot.stale({}) end
sweep.first()
if days ~= '' or months ~= '' then
  periods.continue('day', periods.parse(days))
  periods.continue('month', periods.parse(months))
end
local counter = account.fields.counter + 1
local version = control.putVersion(incarnation, counter, nonce, config ~= '' and config or account.field('config'))
control.putKeys(8)
tally.append('control', account.digits({ account.now }), 'b', note)
return commit.answer('changed', version)
