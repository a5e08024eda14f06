-- cells.lua (library): what each budget has committed and holds in each period, src/account/limits/budgets.ts
-- in Lua. All cells of an account are one field: how many (2 bytes), start, committed and held of each
-- (doubles), then the budget's id of each, a space after it. The latest cell of each budget comes first,
-- in the order in which the budgets came; so a request finds its own in a row.
local cells

-- Adds to a cell that stands in a list of triples, by start; false where it does not.
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
  ids = nil, -- of all budgets that have cells; nil until they are read
  byId = {},
  changed = false,
  GRACE_MS = 3600000,

  read = function()
    local bytes = account.field('cells')
    cells.ids = {}
    if not bytes then return end
    local rows = struct.unpack('<I2', bytes)
    local at = 3
    for id in string.gmatch(string.sub(bytes, rows * 24 + 3), '(%S+) ') do
      insert(cells.of(id), struct.unpack('<ddd', bytes, at))
      at = at + 24
    end
  end,

  encode = function()
    local numbers, ids, old, oldIds = {}, {}, {}, {}
    for _, id in ipairs(cells.ids) do
      local list = cells.byId[id]
      for at = #list - 2, 1, -3 do
        local isLatest = at == #list - 2
        local target, names = isLatest and numbers or old, isLatest and ids or oldIds
        target[#target + 1] = struct.pack('<ddd', list[at], list[at + 1], list[at + 2])
        names[#names + 1] = id .. ' '
      end
    end
    return struct.pack('<I2', #ids + #oldIds) .. table.concat(numbers) .. table.concat(old)
      .. table.concat(ids) .. table.concat(oldIds)
  end,

  of = function(id)
    if not cells.ids then cells.read() end
    local list = cells.byId[id]
    if not list then
      list = {}
      cells.byId[id], cells.ids[#cells.ids + 1] = list, id
    end
    return list
  end,

  -- Puts some budgets first, as a request that asks for them will look for them.
  arrange = function(budgets)
    local ids, isFirst = {}, {}
    for at = 1, #budgets do
      ids[at], isFirst[budgets[at].id] = budgets[at].id, true
      cells.of(ids[at])
    end
    for _, id in ipairs(cells.ids) do
      if not isFirst[id] then ids[#ids + 1] = id end
    end
    cells.ids = ids
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
    cells.changed = true
  end,

  -- Turns what was held into what is owed. Missing beside a later cell, one was dropped: begun again,
  -- it would show this charge as the whole.
  charge = function(id, start, committed, held)
    local list = cells.of(id)
    if not addTo(list, start, committed, -held) then
      if #list > 0 and list[#list - 2] > start then return end
      insert(list, start, committed, -held)
    end
    cells.changed = true
  end,
}
