-- continue-periods.lua (library): a table of periods is only ever continued: none that has begun is
-- cut again, so that nothing can open a day anew.
local MAX_BEND_MS = 172800000

-- A flat list from the digits that a command carries.
function periods.parse(text)
  local list = {}
  for number in string.gmatch(text, '%S+') do
    list[#list + 1] = tonumber(number)
  end
  return list
end

function periods.put(kind, list)
  periods.replace(kind, struct.pack('<' .. string.rep('d', #list), unpack(list)))
end

-- The last period that has begun keeps its start, and its end moves to the first new boundary at or
-- after it; where that is days away, the end stays and a new period begins there.
function periods.continue(kind, following)
  local stored, now, start, ends = account.field('periods:' .. kind), account.now, nil, nil
  for at = 1, #stored, 16 do
    local nextStart, nextEnd = struct.unpack('<dd', stored, at)
    if nextStart <= now then start, ends = nextStart, nextEnd end
  end
  if not start then return periods.put(kind, following) end

  local boundary, last = nil, following[#following]
  for at = #following - 1, 1, -2 do
    if following[at] >= ends then boundary = following[at] end
  end
  boundary = boundary or (last and last >= ends and last)
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
    if joint[at] <= now then running = at end
  end
  periods.put(kind, { unpack(joint, running) })
end
