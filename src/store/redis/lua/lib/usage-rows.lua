-- usage-rows.lua (library): usage by day and by name. A request adds one row of text to a list, which
-- costs next to nothing; every 64th request, and whoever reads usage, folds the rows into the lines they
-- belong to. So what is read is always exact, and a settlement never waits for it by itself.
-- A row: the day's start alone for a refusal; else day, requests, input, output, nano-USD, cached tokens,
-- bytes in, bytes out, bucket of latency (255: none), and the names of model, user and key in a line's id.
-- A line: requests, input, output, cached, nano-USD, bytes in, bytes out (doubles), then bucket (1 byte)
-- and count (4 bytes) by turns. A day has before that: refused, and how many models, users and keys.
local usageRows

local ROW = '^(%d+) (%d+) (-?%d+) (-?%d+) (-?%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'
local DIMENSIONS = { 'model', 'user', 'key' }

local function decode(bytes, heads)
  local line = { counts = {} }
  local size = 7 + heads
  if not bytes then
    for n = 1, size do
      line[n] = 0
    end
    line.isNew = true
    return line
  end
  for n = 1, size do
    line[n] = struct.unpack('<d', bytes, n * 8 - 7)
  end
  for at = size * 8 + 1, #bytes, 5 do
    local bucket, count = struct.unpack('<BI4', bytes, at)
    line.counts[bucket] = count
  end
  return line
end

local function encode(line)
  local parts = { struct.pack('<' .. string.rep('d', #line), unpack(line)) }
  for bucket, count in pairs(line.counts) do
    parts[#parts + 1] = struct.pack('<BI4', bucket, count)
  end
  return table.concat(parts)
end

local function addTo(line, heads, figures, bucket)
  for n = 1, 7 do
    line[heads + n] = line[heads + n] + figures[n]
  end
  if bucket ~= 255 then line.counts[bucket] = (line.counts[bucket] or 0) + 1 end
  line.changed = true
end

local function parse(text)
  local day, requests, input, output, nanoUsd, cached, bytesIn, bytesOut, bucket, model, user, keyName =
    string.match(text, ROW)
  if not day then return { day = string.format('%013d', text) } end
  return {
    day = string.format('%013d', day), bucket = tonumber(bucket), names = { model, user, keyName },
    figures = {
      tonumber(requests), tonumber(input), tonumber(output), tonumber(cached), tonumber(nanoUsd),
      tonumber(bytesIn), tonumber(bytesOut),
    },
  }
end

usageRows = {
  MAX_NAMES = 1000,
  DAY_HEADS = 4,
  EVERY = 64,

  decodeDay = function(bytes)
    return decode(bytes, usageRows.DAY_HEADS)
  end,

  -- Digits of a line as decode-usage.ts reads them.
  tell = function(bytes, heads)
    local line = decode(bytes, heads)
    local numbers = { unpack(line) }
    for bucket, count in pairs(line.counts) do
      numbers[#numbers + 1], numbers[#numbers + 2] = bucket, count
    end
    return account.digits(numbers)
  end,

  -- Reads what is pending and the lines it belongs to, and adds `rows` after it; returns the arguments
  -- that write those lines, and those that write the ids of new ones. Writes nothing itself.
  fold = function(rows)
    local parsed, ids, asked = {}, {}, {}
    local function want(id)
      if not asked[id] then asked[id], ids[#ids + 1] = true, id end
    end
    for _, texts in ipairs({ call('LRANGE', key.pending, 0, -1), rows }) do
      for at = 1, #texts do
        local row = parse(texts[at])
        parsed[#parsed + 1] = row
        want('day|' .. row.day)
        for n = 1, row.names and 3 or 0 do
          local head = DIMENSIONS[n] .. '|' .. row.day .. '|'
          want(head .. row.names[n])
          want(head .. '*')
        end
      end
    end
    if #ids == 0 then return {}, {} end
    local lines = {}
    for first = 1, #ids, 500 do
      local last = math.min(#ids, first + 499)
      local values = call('HMGET', key.usage, unpack(ids, first, last))
      for at = first, last do
        local heads = string.sub(ids[at], 1, 4) == 'day|' and usageRows.DAY_HEADS or 0
        lines[ids[at]] = decode(values[at - first + 1], heads)
      end
    end
    for at = 1, #parsed do
      local row = parsed[at]
      local day = lines['day|' .. row.day]
      if not row.names then
        day[1], day.changed = day[1] + 1, true
      else
        addTo(day, usageRows.DAY_HEADS, row.figures, row.bucket)
        for n = 1, 3 do
          local head, name = DIMENSIONS[n] .. '|' .. row.day .. '|', row.names[n]
          local line = lines[head .. name]
          if name ~= '-' and line.isNew and not line.changed then
            if day[1 + n] < usageRows.MAX_NAMES then day[1 + n] = day[1 + n] + 1
            else line = lines[head .. '*'] end
          end
          addTo(line, 0, row.figures, row.bucket)
        end
      end
    end
    local kept, fresh = {}, {}
    for id, line in pairs(lines) do
      if line.changed then
        kept[#kept + 1], kept[#kept + 2] = id, encode(line)
        if line.isNew then fresh[#fresh + 1], fresh[#fresh + 2] = '0', id end
      end
    end
    return kept, fresh
  end,

  -- Writes what `fold` has returned; nothing is pending then.
  write = function(kept, fresh)
    for first = 1, #kept, 1000 do
      call('HSET', key.usage, unpack(kept, first, math.min(#kept, first + 999)))
    end
    for first = 1, #fresh, 1000 do
      call('ZADD', key.lines, unpack(fresh, first, math.min(#fresh, first + 999)))
    end
    call('DEL', key.pending)
  end,
}
