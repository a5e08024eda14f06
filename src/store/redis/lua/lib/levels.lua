-- levels.lua (library): levels of named quotas and their movements, src/account/limits/levels.ts in Lua. One
-- field of the account (MessagePack): how many ids are remembered, the minute of what is not in the
-- ledger yet (0: all is), and by quota { used, by id, high water, acquired, released, expired, whether it
-- has moved in that minute }.
local levels
levels = {
  byQuota = nil, -- until they are read

  read = function()
    if levels.byQuota then return end
    local bytes = account.field('levels')
    levels.remembered, levels.minuteMs, levels.byQuota = 0, 0, {}
    if bytes then levels.remembered, levels.minuteMs, levels.byQuota = cmsgpack.unpack(bytes) end
  end,

  at = function(quota)
    levels.read()
    return levels.byQuota[quota] or { 0, 0, 0, 0, 0, 0, 0 }
  end,

  keep = function()
    account.put('levels', cmsgpack.pack(levels.remembered, levels.minuteMs, levels.byQuota))
  end,

  -- One id more, or fewer, that is remembered.
  remember = function(more)
    levels.read()
    levels.remembered = levels.remembered + more
    levels.keep()
  end,

  -- Writes out the movements of an earlier minute, quotas in order.
  flush = function()
    levels.read()
    if levels.minuteMs < refusals.minute() then levels.write() end
  end,

  write = function()
    local minuteMs = levels.minuteMs
    if minuteMs == 0 then return end
    local quotas = {}
    for quota, level in pairs(levels.byQuota) do
      if level[7] == 1 then quotas[#quotas + 1] = quota end
    end
    table.sort(quotas, refusals.comesFirst)
    for at = 1, #quotas do
      local level = levels.byQuota[quotas[at]]
      local numbers = { account.now, minuteMs, level[4], level[5], level[6], level[1] }
      tally.append('quota', account.digits(numbers), 'r', quotas[at])
      level[4], level[5], level[6], level[7] = 0, 0, 0, 0
    end
    levels.minuteMs = 0
    levels.keep()
  end,

  -- Adds to what a quota has acquired (4), released (5) or expired (6).
  move = function(quota, used, byId, place, amount)
    levels.flush()
    local level = levels.at(quota)
    -- Whoever takes and gives back all there is can move more within a minute than can be counted.
    if level[place] + amount > 9007199254740991 then levels.write() end
    level[1], level[2], level[3] = used, byId, math.max(used, level[3])
    level[place], level[7] = level[place] + amount, 1
    levels.byQuota[quota], levels.minuteMs = level, refusals.minute()
    levels.keep()
  end,

  -- Ends an acquisition that is known by id. What was released by amount alone is taken to have been of
  -- those first that had no id, then of this one: so nothing is given back twice.
  endHeld = function(quota, amount, place)
    local level = levels.at(quota)
    local before, byId = level[1], level[2] - amount
    local used = before >= level[2] and before - amount or math.min(before, byId)
    levels.move(quota, used, byId, place, before - used)
  end,

  -- What is known of the acquisition of an id: amount, when it expires or nil, state; nil for nothing.
  acquisition = function(holder)
    local held = account.field('held:' .. holder)
    if held then return tonumber(held), nil, 'held' end
    local slip = slips.at('slip:' .. holder)
    if not slip then return nil end
    if slip.state == 'leased' then return slip.amount, slip.dueMs, 'held' end
    if slip.state == 'ended' then return slip.amount, slip.expiresAtMs, slip.how end
    return nil
  end,

  leaveMark = function(holder, amount, expiresAtMs, how)
    slips.put('slip:' .. holder, {
      state = 'ended', dueMs = account.now + slips.MARK_MS, amount = amount, expiresAtMs = expiresAtMs, how = how,
    })
  end,

  -- used and high water, in digits.
  tell = function(quota)
    local level = levels.at(quota)
    return string.format('%d %d', level[1], level[3])
  end,
}
