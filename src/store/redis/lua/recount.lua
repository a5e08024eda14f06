-- recount.lua: puts what was really found at a place where its reservations stand, unless a write was
-- under way at any moment of the counting. src/account/steps/recount.ts in Lua.
-- KEYS    1 account · 2 rates · 3 due · 4 ledger · 9 stock
-- ARGV    1 time of a test or '' · 2 incarnation · 3 place · the record as it was seen: 4 epoch and 5
--         writes, or '' twice · what was found: 6 collections, 7 vectors, 8 bytes, or '' thrice · 9 epoch
--         of a record that this makes
-- Returns recounted · overlapped · gone, why
local meant, place, seenEpoch, seenWrites = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local found = ARGV[6] ~= '' and { tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]) }

local incarnation = account.open({ 'version', 'incarnation', 'counters', 'refusals', 'levels', 'periods:day' })
if incarnation ~= meant then return account.gone() end
sweep.first()
local record = stock.at(place)
local isUntouched
if not record or not seenWrites then isUntouched = not record and not seenWrites
else
  isUntouched = record[1] == seenEpoch and record[5] == seenWrites and record[6] == 0
    and record[7] + stock.UNSURE_MS <= account.now
end
if not isUntouched then return commit.answer('overlapped') end

if found then
  local before = record or { ARGV[9], 0, 0, 0, 0, 0, 0, false }
  local more, less = {}, {}
  for n = 1, 3 do
    more[n], less[n] = math.max(0, found[n] - before[n + 1]), math.max(0, before[n + 1] - found[n])
  end
  stock.take(more)
  stock.giveBack(less)
  stock.put(place, { before[1], found[1], found[2], found[3], before[5], before[6], before[7], before[8] })
elseif record then
  stock.drop(place, record)
end
return commit.answer('recounted')
