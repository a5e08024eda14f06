-- view.lua: everything a person may want to see of an account. Writes nothing, sweeps nothing.
-- src/account/steps/view.ts in Lua.
-- KEYS    1 account · 2 rates · 3-4 not used · 5 keys
-- ARGV    1 time of a test or '' · 2 and on: rates and budgets, as lib/limits.lua reads them
-- Returns viewed, { now, version, incarnation, config }, meters, counters, { budget, `start committed held
--         ...`, ... }, { quota, `used by-id high-water`, ... }, { hash,
--         record, ... }, { when each key was last used or '-' } · gone, why
local rates, budgets = limits.read(2)

local incarnation = account.open({
  'version', 'incarnation', 'config', 'counters', 'periods:day', 'periods:month', 'cells', 'levels',
})
if not incarnation then return account.gone() end
local fields, c = account.fields, account.counters

local meters = {}
for at, rate in ipairs(rates) do
  meters[at] = limits.tellRate(rate)
end
for _, budget in ipairs(budgets) do
  meters[#meters + 1] = limits.tellBudget(budget)
end

local kept = {}
if not cells.ids then cells.read() end
for _, id in ipairs(cells.ids) do
  local list = cells.of(id)
  if #list > 0 then kept[#kept + 1], kept[#kept + 2] = id, account.digits(list) end
end

local _, _, byQuota = cmsgpack.unpack(fields.levels or cmsgpack.pack(0, 0, {}))
local quotas = {}
for quota, level in pairs(byQuota) do
  quotas[#quotas + 1], quotas[#quotas + 2] = quota, account.digits({ level[1], level[2], level[3] })
end

local keys = call('HGETALL', key.keys)
local used, count = {}, #keys / 2
for first = 1, count, 500 do
  local names = {}
  for at = first, math.min(count, first + 499) do
    -- Not by cjson, which fails at half a character in a key's name; inside a text no quote stands bare.
    names[#names + 1] = 'used:' .. string.match(keys[at * 2], '"id":"([^"]*)"')
  end
  for n, last in ipairs(call('HMGET', key.account, unpack(names))) do
    used[first + n - 1] = last or '-'
  end
end

return {
  'viewed',
  { string.format('%d', account.now), fields.version, incarnation, fields.config },
  table.concat(meters, ' '),
  account.digits({
    c.clockMs, c.live, c.liveHighWater, c.seq, c.requests, c.refused, c.inputTokens, c.outputTokens, c.nanoUsd,
  }),
  kept,
  quotas,
  keys,
  used,
}
