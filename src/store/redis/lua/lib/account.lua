-- account.lua (library): an account as one command sees it. Each field is read once and kept here;
-- changes are collected and written together by commit.lua, so a script that fails on the way,
-- on a wrong type or a broken value, has changed nothing.
--
-- The scripts of an account share one order of keys. ARGV[1] is the time, in epoch milliseconds, that a
-- test gives the store; it is empty otherwise, and the time is Redis' own. Each library is one table:
-- making a function costs Lua a search through all locals that any function has captured, so few are.
local call = redis.call
local key = {
  account = KEYS[1], rates = KEYS[2], due = KEYS[3], ledger = KEYS[4], keys = KEYS[5], usage = KEYS[6],
  lines = KEYS[7], pending = KEYS[8], stock = KEYS[9],
}

local account
account = {
  fields = {}, -- text, or false where there is none
  changed = {}, -- names of the fields to be written
  MEASURES = { r = 'requests', t = 'tokens', n = 'nano_usd' }, -- by the letter that stands for each
  now = 0, -- the account's time: the store's, but never behind what the account has seen
  COUNTERS = '<ddddddddddddddd', -- in the order in which `open` reads them

  fetch = function(names)
    local values = call('HMGET', key.account, unpack(names))
    for at = 1, #names do
      account.fields[names[at]] = values[at]
    end
  end,

  field = function(name)
    local value = account.fields[name]
    if value == nil then
      value = call('HGET', key.account, name)
      account.fields[name] = value
    end
    return value
  end,

  put = function(name, value)
    account.fields[name] = value
    account.changed[name] = true
  end,

  storeTime = function()
    if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
    local time = call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
  end,

  -- Reads the named fields; `version`, `incarnation` and `counters` must be among them. Returns the
  -- incarnation, false where there is no account.
  open = function(names)
    account.fetch(names)
    local bytes = account.fields.counters
    local c = {}
    c.seq, c.requests, c.refused, c.inputTokens, c.outputTokens, c.nanoUsd, c.clockMs, c.live, c.ratesEndMs,
      c.refusalsMs, c.liveHighWater, c.dayStart, c.dayEnd, c.monthStart, c.monthEnd =
      struct.unpack(account.COUNTERS, bytes or string.rep('\0', 120))
    account.counters = c
    account.now = math.max(account.storeTime(), c.clockMs)
    return account.fields.incarnation
  end,

  -- The answer for an account that is not there, or is another incarnation than was meant.
  gone = function()
    return { 'gone', account.fields.incarnation and 'other' or 'missing' }
  end,

  encodeCounters = function()
    local c = account.counters
    return struct.pack(account.COUNTERS, c.seq, c.requests, c.refused, c.inputTokens, c.outputTokens,
      c.nanoUsd, c.clockMs, c.live, c.ratesEndMs, c.refusalsMs, c.liveHighWater, c.dayStart, c.dayEnd,
      c.monthStart, c.monthEnd)
  end,

  isVersionOf = function(version, incarnation)
    return string.sub(version, 1, #incarnation + 1) == incarnation .. '.'
  end,

  -- Digits of a list of numbers, in one text.
  digits = function(numbers)
    local text = {}
    for at = 1, #numbers do
      text[at] = string.format('%d', numbers[at])
    end
    return table.concat(text, ' ')
  end,

  -- A number's digits, `-` for none.
  optional = function(number)
    return number and string.format('%d', number) or '-'
  end,
}
