-- line-names.lua (library): the names in the ids of usage lines, from a request's context, where no
-- gateway is there to tell them. src/account/encode-id.ts in Lua: UTF-16 units outside a plain set
-- become `%` and four hex digits.
local function encodeCharacter(bytes)
  if string.find(bytes, '^[A-Za-z0-9._@~-]$') then return bytes end
  local first = string.byte(bytes)
  local point = first < 128 and first or first < 224 and first - 192 or first < 240 and first - 224 or first - 240
  for at = 2, #bytes do
    point = point * 64 + string.byte(bytes, at) - 128
  end
  if point < 65536 then return string.format('%%%04x', point) end
  point = point - 65536
  return string.format('%%%04x%%%04x', 55296 + math.floor(point / 1024), 56320 + point % 1024)
end

local function lineName(name)
  if type(name) ~= 'string' then return '-' end
  return '=' .. (string.gsub(name, '[%z\1-\127\192-\255][\128-\191]*', encodeCharacter))
end

-- Of a request whose end nobody saw: no cached tokens, no bytes, no latency; model, user and key.
local function unseenUse(context)
  local known, values = pcall(cjson.decode, context)
  if not known then values = {} end
  return '0 0 0 255 ' .. lineName(values[4]) .. ' ' .. lineName(values[5]) .. ' ' .. lineName(values[6])
end
