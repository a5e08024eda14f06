-- usage.lua: usage by day, or by model, user or key, out of the lines; what is pending is folded into them
-- first. src/account/steps/usage.ts in Lua.
-- KEYS    1 account · 2-5 not used · 6 usage · 7 lines · 8 pending
-- ARGV    1 time of a test or '' · 2 day, model, user or key · 3 from and 4 to (ms) · 5 id of a line
--         after which, or ''
-- Returns usage, days (`start refused models users keys figures ...`, each a text), { id, figures, ... }, id
--         to go on after or '' · gone, why
local by, fromMs, toMs, after = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]

local KEPT_MS, MAX_LINES = 34560000000, 2000

if not account.open({ 'version', 'incarnation', 'counters' }) then return account.gone() end
local kept, fresh = usageRows.fold({})
if #kept > 0 then usageRows.write(kept, fresh) end

local function idAt(ms)
  return string.format('%s|%013d', by, ms)
end
local earliest = math.max(fromMs, account.now - KEPT_MS + 1)
local from = after == '' and '[' .. idAt(earliest) or '(' .. after
local count = by == 'day' and -1 or MAX_LINES + 1
local ids = call('ZRANGEBYLEX', key.lines, from, '(' .. idAt(toMs), 'LIMIT', 0, count)
local nextId = ''
if by ~= 'day' and #ids > MAX_LINES then
  ids[#ids] = nil
  nextId = ids[#ids]
end

local days, lines = {}, {}
for first = 1, #ids, 500 do
  local last = math.min(#ids, first + 499)
  local values = call('HMGET', key.usage, unpack(ids, first, last))
  for at = first, last do
    local bytes = values[at - first + 1]
    if by == 'day' then
      days[at] = string.format('%d ', string.sub(ids[at], 5)) .. usageRows.tell(bytes, usageRows.DAY_HEADS)
    else
      lines[at * 2 - 1], lines[at * 2] = ids[at], usageRows.tell(bytes, 0)
    end
  end
end
return { 'usage', days, lines, nextId }
