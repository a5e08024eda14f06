-- cells.lua (library): what each budget has committed and holds in each period, src/account/budgets.ts
-- in Lua. A budget's cells are one field of the account, three doubles each (start, committed, held),
-- by start; here they are one flat list.
local cells

-- Adds to a cell that stands in the list; false where it does not.
local function addTo(list, start, committed, held)
  for at = 1, #list, 3 do
    if list[at] == start then
      list[at + 1], list[at + 2] = list[at + 1] + committed, list[at + 2] + held
      return true
    end
  end
  return false
end

-- A list with one cell more, at its place.
local function insert(list, start, committed, held)
  local place = #list + 1
  while place > 1 and list[place - 3] > start do
    place = place - 3
  end
  table.insert(list, place, start)
  table.insert(list, place + 1, committed)
  table.insert(list, place + 2, held)
end

-- Drops the cells that have had their time, as seen from the period that begins at `start`.
local function dropOld(list, start)
  local kept = {}
  for at = 1, #list, 3 do
    local other, held = list[at], list[at + 2]
    if other >= start or held > 0 or start > account.now - cells.GRACE_MS then
      local last = #kept
      kept[last + 1], kept[last + 2], kept[last + 3] = other, list[at + 1], held
    end
  end
  return kept
end

cells = {
  byId = {},
  changed = {},
  GRACE_MS = 3600000,

  of = function(id)
    local list = cells.byId[id]
    if list then return list end
    local bytes = account.field('cell:' .. id)
    list = {}
    if bytes then
      list = { struct.unpack('<' .. string.rep('d', #bytes / 8), bytes) }
      list[#list] = nil -- where the reading ended
    end
    cells.byId[id] = list
    return list
  end,

  -- committed, held
  at = function(id, start)
    local list = cells.of(id)
    for at = 1, #list, 3 do
      if list[at] == start then return list[at + 1], list[at + 2] end
    end
    return 0, 0
  end,

  -- Holds more in the period that begins at `start`.
  hold = function(id, start, amount)
    local list = cells.of(id)
    if not addTo(list, start, 0, amount) then insert(list, start, 0, amount) end
    if #list > 3 then cells.byId[id] = dropOld(list, start) end
    cells.changed[id] = true
  end,

  -- Turns what was held into what is owed. Missing beside a later cell, one was dropped: begun again,
  -- it would show this charge as the whole.
  charge = function(id, start, committed, held)
    local list = cells.of(id)
    if not addTo(list, start, committed, -held) then
      if #list > 0 and list[#list - 2] > start then return end
      insert(list, start, committed, -held)
    end
    cells.changed[id] = true
  end,
}
