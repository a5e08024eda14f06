-- sweep.lua (library): what every writing script does first, src/account/sweep.ts in Lua. Holds whose
-- lease ran out are charged at what was last seen of them, marks that have had their time are dropped,
-- counted refusals are written out: at most 32 slips a call.
local sweep

local UNSEEN_END = '{"provenance":"hold_expired","status":0,"ended":"fenced","modelServed":null,'
  .. '"cacheReadTokens":0,"cacheWriteTokens":0,"reasoningTokens":0,"latencyMs":0,"bytesIn":0,"bytesOut":0}'

local function expire(holdId, slip)
  slips.endLive(holdId, slip, 'expired', slip.checkpoint or slip.estimate, UNSEEN_END)
end

local function endDue(due, spared)
  local names = {}
  for _, holdId in ipairs(due) do
    local name = 'slip:' .. holdId
    if account.fields[name] == nil then names[#names + 1] = name end
  end
  if #names > 0 then account.fetch(names) end
  for _, holdId in ipairs(due) do
    local slip = holdId ~= spared and slips.at(holdId)
    if slip and slip.state == 'live' then expire(holdId, slip)
    elseif holdId ~= spared then slips.put(holdId, false) end
  end
end

sweep = {
  LIMIT = 32,

  -- `spared` is left to its own command.
  first = function(spared)
    local now = account.now
    account.counters.clockMs = now
    local due = call('ZRANGEBYSCORE', key.due, '-inf', string.format('%d', now), 'LIMIT', '0', sweep.LIMIT)
    if #due > 0 then endDue(due, spared) end
    if account.field('refusals') then refusals.flush() end
  end,

  -- The slip of a hold that may still be used; one whose lease ran out is expired on the spot.
  usable = function(holdId)
    local slip = slips.at(holdId)
    if not slip or slip.state ~= 'live' then return nil end
    if slip.dueMs > account.now then return slip end
    expire(holdId, slip)
    return nil
  end,
}
