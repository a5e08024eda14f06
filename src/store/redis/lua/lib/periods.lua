-- periods.lua (library): the account's own days and months, src/account/period-table.ts in Lua.
-- Each table is one field of doubles, start and end of each period in order.
local periods
periods = {
  -- start and end of the period that holds the present; nil when the table has none.
  running = function(kind)
    local bytes, now = account.field('periods:' .. kind), account.now
    for at = 1, #bytes, 16 do
      local start, ends = struct.unpack('<dd', bytes, at)
      if start <= now and now < ends then return start, ends end
    end
    return nil
  end,

  -- End of the period that begins at `start`; nil when the table has none.
  endOf = function(kind, start)
    local bytes = account.field('periods:' .. kind)
    for at = 1, #bytes, 16 do
      local known, ends = struct.unpack('<dd', bytes, at)
      if known == start then return ends end
    end
    return nil
  end,
}
