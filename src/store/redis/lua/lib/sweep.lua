-- sweep.lua (library): what every writing script does first, src/account/steps/sweep.ts in Lua. Holds whose
-- lease ran out are charged at what was last seen of them, marks that have had their time are dropped,
-- counted refusals are written out: at most 32 slips a call.
local sweep

-- An outcome as encode.ts writes one.
local UNSEEN_END = '["hold_expired",0,"fenced",null,0,0,0,0,0,0]'

local function expire(name, slip)
  local charge = slip.checkpoint or slip.estimate
  slips.endLive(name, slip, 'expired', charge, UNSEEN_END, unseenUse(slip.context))
end

local function endDue(due, spared)
  local names = {}
  for _, name in ipairs(due) do
    if account.fields[name] == nil then names[#names + 1] = name end
  end
  if #names > 0 then account.fetch(names) end
  for _, name in ipairs(due) do
    local slip = name ~= spared and slips.at(name)
    local state = slip and slip.state
    if state == 'live' then expire(name, slip)
    elseif state == 'leased' then
      levels.endHeld(slip.quota, slip.amount, 6)
      levels.leaveMark(string.sub(name, 6), slip.amount, slip.dueMs, 'expired')
    elseif name ~= spared then
      if state == 'ended' then levels.remember(-1) end
      slips.put(name, false)
    end
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
  usable = function(name)
    local slip = slips.at(name)
    if not slip or slip.state ~= 'live' then return nil end
    if slip.dueMs > account.now then return slip end
    expire(name, slip)
    return nil
  end,
}
