-- renew.lua: carries a live hold on, and notes the usage seen so far: what a sweep would charge.
-- src/account/steps/renew.ts in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger
-- ARGV    1 time of a test or '' · 2 incarnation · 3 slip · 4-6 checkpoint: input tokens, output
--         tokens, nano-USD, or '' three times
-- Returns renewed, lease in ms · gone, why
local meant, name = ARGV[2], ARGV[3]
local seen = ARGV[4] ~= '' and { tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]) }

local LEASE_MS, HOLD_MAX_LIFE_MS = 60000, 1800000

local incarnation = account.open({ 'version', 'incarnation', 'counters', 'refusals', name })
if incarnation ~= meant then return account.gone() end
sweep.first()
local slip = sweep.usable(name)
if not slip then return commit.answer('gone', 'hold') end
slip.dueMs = math.min(account.now + LEASE_MS, slip.admittedAtMs + HOLD_MAX_LIFE_MS)
local known = slip.checkpoint
if seen and known then
  slip.checkpoint = {
    math.max(known[1], seen[1]),
    math.max(known[2], seen[2]),
    math.max(known[3], seen[3]),
  }
else
  slip.checkpoint = seen or known
end
slips.put(name, slip)
return commit.answer('renewed', string.format('%d', slip.dueMs - account.now))
