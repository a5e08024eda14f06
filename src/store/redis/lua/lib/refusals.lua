-- refusals.lua (library): refusals by cause and minute, src/account/limits/refusals.ts in Lua. A cause is the
-- reason and, after a space, the name of the limit that refused, if one did: without its user or key.
local refusals

refusals = {
  minute = function()
    return math.floor(account.now / 60000) * 60000
  end,

  -- By bytes: Lua's own comparison follows the server's locale.
  comesFirst = function(one, other)
    for at = 1, math.min(#one, #other) do
      local left, right = string.byte(one, at), string.byte(other, at)
      if left ~= right then return left < right end
    end
    return #one < #other
  end,

  -- The minute and { cause = count } of the refusals not yet written out; nil when there are none.
  read = function()
    local bytes = account.field('refusals')
    if not bytes then return nil end
    return cmsgpack.unpack(bytes)
  end,

  -- Those of earlier minutes are written out by now.
  count = function(reason, limitId)
    tally.refuse((periods.running('day')))
    local minuteMs, counts = refusals.read()
    counts = minuteMs and counts or {}
    local cause = limitId and reason .. ' ' .. string.match(limitId, '^[^|]*') or reason
    counts[cause] = (counts[cause] or 0) + 1
    account.counters.refusalsMs = refusals.minute()
    account.put('refusals', cmsgpack.pack(refusals.minute(), counts))
  end,

  -- Writes out what an earlier minute has counted, causes in order.
  flush = function()
    local minuteMs, counts = refusals.read()
    if not minuteMs or minuteMs >= refusals.minute() then return end
    local causes = {}
    for cause in pairs(counts) do
      causes[#causes + 1] = cause
    end
    table.sort(causes, refusals.comesFirst)
    for at = 1, #causes do
      local numbers = account.digits({ account.now, minuteMs, counts[causes[at]] })
      tally.append('refused', numbers, 'r', causes[at])
    end
    account.counters.refusalsMs = 0
    account.put('refusals', false)
  end,
}
