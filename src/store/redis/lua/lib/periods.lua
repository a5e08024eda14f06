-- periods.lua (library): the account's own days and months, src/account/limits/period-table.ts in Lua.
-- Each table is one field of doubles, start and end of each period in order.
local periods
-- The counters remember the period that was found last, for those who go without this library.
periods = {
  -- start and end of the period that holds the present; nil when the table has none.
  running = function(kind)
    local bytes, now, c = account.field('periods:' .. kind), account.now, account.counters
    for at = 1, #bytes, 16 do
      local start, ends = struct.unpack('<dd', bytes, at)
      if start <= now and now < ends then
        c[kind .. 'Start'], c[kind .. 'End'] = start, ends
        return start, ends
      end
    end
    return nil
  end,

  -- Another table, its bytes: what was found in the one before may not stand in it.
  replace = function(kind, bytes)
    account.put('periods:' .. kind, bytes)
    account.counters[kind .. 'Start'], account.counters[kind .. 'End'] = 0, 0
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
