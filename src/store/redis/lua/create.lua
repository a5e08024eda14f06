-- create.lua: makes an account; the one script that writes where there was none. src/account/steps/control.ts
-- in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 5 keys
-- ARGV    1 time of a test or '' · 2 incarnation · 3 nonce · 4 config (JSON) · 5 days and 6 months, `start
--         end ...` · 7 note (JSON) · 8 a count of keys and for each: hash, record (JSON)
-- Returns created, version · exists, version, incarnation, config
local incarnation, nonce, config, days, months, note = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]

if account.open({ 'version', 'incarnation', 'nonce', 'counters' }) then
  if account.fields.nonce == nonce then return { 'created', account.fields.version } end
  local reply = snapshot.stale({})
  reply[1] = 'exists'
  return reply
end
account.counters.clockMs = account.now
periods.put('day', periods.parse(days))
periods.put('month', periods.parse(months))
local version = control.putVersion(incarnation, 1, nonce, config)
control.putKeys(8)
tally.append('control', account.digits({ account.now }), 'b', note)
return commit.answer('created', version)
