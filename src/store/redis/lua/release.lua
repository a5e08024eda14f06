-- release.lua: gives back what was taken of a named quota, the acquisition of an id or an amount.
-- src/account/steps/release.ts in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 5 keys · 6 usage · 7 lines · 8 pending
-- ARGV    1 time of a test or '' · 2 version · 3 key expires at (ms) or '' · 4 quota · 5 holder or ''
--         6 amount or '' · 7 '1' when a mark stays, else '' · 8 and on: key hashes
-- Returns released, `amount used high-water`, 1 for a repetition and 0 else · not_acquired · not_used, `used
--         high-water` · key_expired · mismatch · crowded · stale, version, incarnation, config, and hash
--         and record of the first key that is on record · gone, why
local version, keyExpiresAtMs, quota, holder = ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local amount, leavesMark, hashes = tonumber(ARGV[6]), ARGV[7] == '1', snapshot.hashes(8)

local MAX_ACQUISITIONS = 20000

local incarnation = account.open({
  'version', 'incarnation', 'counters', 'refusals', 'levels', 'periods:day', 'slip:' .. holder, 'held:' .. holder,
})
if not incarnation or not account.isVersionOf(version, incarnation) then return account.gone() end
if version ~= account.fields.version then return snapshot.stale(hashes) end
sweep.first()
levels.flush()

local function released(given, repeated)
  return commit.answer('released', string.format('%d ', given) .. levels.tell(quota), repeated)
end

if keyExpiresAtMs and account.now >= keyExpiresAtMs then
  refusals.count('key_expired')
  return commit.answer('key_expired')
end
local known, expiresAtMs, state
if holder ~= '' then known, expiresAtMs, state = levels.acquisition(holder) end
if known and amount and amount ~= known then return commit.answer('mismatch') end
if state == 'held' then
  levels.endHeld(quota, known, 5)
  if expiresAtMs then slips.put('slip:' .. holder, false) else account.put('held:' .. holder, false) end
  if leavesMark or amount then levels.leaveMark(holder, known, expiresAtMs, 'released')
  else levels.remember(-1) end
  return released(known, '0')
end
if known then return released(known, '1') end
if not amount then return commit.answer('not_acquired') end
local level = levels.at(quota)
if amount > level[1] then return commit.answer('not_used', levels.tell(quota)) end
if holder ~= '' and levels.remembered >= MAX_ACQUISITIONS then return commit.answer('crowded') end
levels.move(quota, level[1] - amount, level[2], 5, amount)
if holder ~= '' then
  levels.remember(1)
  levels.leaveMark(holder, amount, nil, 'released')
end
return released(amount, '0')
