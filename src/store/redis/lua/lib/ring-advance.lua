-- ring-advance.lua (library): moves a window on to the slot `to`, which is later than its own. Returns
-- sum, oldest slot, width and counts; the newest count is 0 then. rings.lua tells what these are. Apart
-- from it because the usual cases go without the libraries.
local function advance(to, slot, sum, oldest, newest, width, counts)
  local entered = to - slot
  if entered > 60 then return 0, to, 0, nil end
  if width == 0 then width, counts = 1, string.rep('\0', 60) end

  -- What was the newest count takes its place beside the others, as wide as all of them.
  local wide = width
  while newest >= 256 ^ wide and wide < 8 do
    wide = wide * 2
  end
  if wide > width then
    local values = { struct.unpack('<' .. string.rep('I' .. width, 60), counts) }
    values[61] = nil -- where the reading ended
    width, counts = wide, struct.pack('<' .. string.rep('I' .. wide, 60), unpack(values))
  end

  local leaving, format = entered * width, '<I' .. width
  for at = (60 - (slot - oldest)) * width + 1, leaving, width do
    sum = sum - (struct.unpack(format, counts, at))
  end
  counts = string.sub(counts, leaving + 1) .. struct.pack(format, newest)
    .. string.rep('\0', leaving - width)
  if oldest < to - 60 then
    local first = string.find(counts, '[^%z]')
    oldest = first and to - 60 + math.floor((first - 1) / width) or to
  end
  return sum, oldest, width, counts
end
