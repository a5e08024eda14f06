-- acquire.lua: takes some of a named quota, all that is asked for or nothing. src/account/steps/acquire.ts in
-- Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 5 keys · 6 usage · 7 lines · 8 pending
-- ARGV    1 time of a test or '' · 2 version · 3 key expires at (ms) or '' · 4 quota · 5 holder or ''
--         6 limit or '' · 7 amount · 8 lease in ms or '' · 9 and on: key hashes
-- Returns acquired, state, `amount expires-or-dash used high-water`, 1 for a repetition and 0 else
--         refused, used · key_expired · mismatch · crowded · stale, version, incarnation, config, and
--         hash and record of the first key that is on record · gone, why
local MAX_ACQUISITIONS, MAX_SAFE = 20000, 9007199254740991

local version, keyExpiresAtMs, quota, holder = ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local limit, amount, leaseMs = tonumber(ARGV[6]) or MAX_SAFE, tonumber(ARGV[7]), tonumber(ARGV[8])
local hashes = snapshot.hashes(9)

local incarnation = account.open({
  'version', 'incarnation', 'counters', 'refusals', 'levels', 'periods:day', 'slip:' .. holder, 'held:' .. holder,
})
if not incarnation or not account.isVersionOf(version, incarnation) then return account.gone() end
if version ~= account.fields.version then return snapshot.stale(hashes) end
sweep.first()
levels.flush()

local function refuse(reason, limit, ...)
  refusals.count(reason, limit)
  return commit.answer(...)
end

local function acquired(held, expiresAtMs, state, repeated)
  local figures = string.format('%d ', held) .. account.optional(expiresAtMs) .. ' ' .. levels.tell(quota)
  return commit.answer('acquired', state, figures, repeated)
end

if keyExpiresAtMs and account.now >= keyExpiresAtMs then return refuse('key_expired', nil, 'key_expired') end
if holder ~= '' then
  local held, expiresAtMs, state = levels.acquisition(holder)
  if held then
    local isSame = held == amount and (expiresAtMs == nil) == (leaseMs == nil)
    if not isSame then return commit.answer('mismatch') end
    return acquired(held, expiresAtMs, state, '1')
  end
end
local level = levels.at(quota)
if amount > limit - level[1] then return refuse('quota', quota, 'refused', string.format('%d', level[1])) end
-- Past as many ids as are remembered, or as much held by them as can be counted.
local isCrowded = levels.remembered >= MAX_ACQUISITIONS or amount > MAX_SAFE - level[2]
if holder ~= '' and isCrowded then return refuse('acquisitions', nil, 'crowded') end

levels.move(quota, level[1] + amount, level[2] + (holder ~= '' and amount or 0), 4, amount)
if holder == '' then return acquired(amount, nil, 'held', '0') end
levels.remember(1)
if leaseMs then
  local dueMs = account.now + leaseMs
  slips.put('slip:' .. holder, { state = 'leased', dueMs = dueMs, amount = amount, quota = quota })
  return acquired(amount, dueMs, 'held', '0')
end
account.put('held:' .. holder, string.format('%d', amount))
return acquired(amount, nil, 'held', '0')
