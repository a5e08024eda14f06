-- continue-periods.lua (library): a table of periods is only ever continued: none that has begun is
-- cut again, so that nothing can open a day anew. Needed where a command brings a table.
local MAX_BEND_MS = 48 * 3600000

-- A flat list from the digits that a command carries.
function periods.parse(text)
  local list = {}
  for number in string.gmatch(text, '%S+') do
    list[#list + 1] = tonumber(number)
  end
  return list
end

function periods.put(kind, list)
  account.put('periods:' .. kind, struct.pack('<' .. string.rep('d', #list), unpack(list)))
end

local function firstBoundary(list, fromMs)
  for at = 1, #list, 2 do
    if list[at] >= fromMs then return list[at] end
  end
  local ends = list[#list]
  return ends and ends >= fromMs and ends or nil
end

-- start and end of the last stored period that has begun; nil when none has.
local function lastBegun(kind)
  local bytes, start, ends = account.field('periods:' .. kind), nil, nil
  for at = 1, #bytes, 16 do
    local nextStart, nextEnd = struct.unpack('<dd', bytes, at)
    if nextStart <= account.now then start, ends = nextStart, nextEnd end
  end
  return start, ends
end

-- The last period that has begun keeps its start, and its end moves to the first new boundary at or
-- after it; where that is days away, the end stays and a new period begins there.
function periods.continue(kind, following)
  local start, ends = lastBegun(kind)
  if not start then return periods.put(kind, following) end
  local boundary = firstBoundary(following, ends)
  if not boundary then return periods.put(kind, { start, ends }) end
  local bends = boundary - ends <= MAX_BEND_MS
  local joint = bends and { start, boundary } or { start, ends, ends, boundary }
  for at = 1, #following, 2 do
    if following[at] >= boundary then
      joint[#joint + 1], joint[#joint + 2] = following[at], following[at + 1]
    end
  end
  local running = 1
  for at = 1, #joint, 2 do
    if joint[at] <= account.now then running = at end
  end
  periods.put(kind, { unpack(joint, running) })
end

-- The periods that run now, by kind. Where the table has none it is continued with the one supplied
-- ('': none), which is kept only if it reaches the present; nil if it does not.
function periods.both(supplied)
  local running, continued = {}, {}
  for _, kind in ipairs({ 'day', 'month' }) do
    local start, endMs = periods.running(kind)
    if not start and supplied[kind] ~= '' then
      continued[kind] = account.field('periods:' .. kind)
      periods.continue(kind, periods.parse(supplied[kind]))
      start, endMs = periods.running(kind)
    end
    running[kind] = start and { start = start, endMs = endMs }
  end
  if running.day and running.month then return running end
  for kind, before in pairs(continued) do
    account.put('periods:' .. kind, before)
  end
  return nil
end
