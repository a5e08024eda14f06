-- commit.lua (library): writes all that a command has changed, after everything was read. The ledger
-- comes first: its key's type was not looked at before, and what fails as the first write changes nothing.
local commit

-- Users and keys each have windows of their own. Each time a new one is kept, some are looked at, and
-- those that hold nothing any more are dropped, so that the hash stays about as large as what it needs.
local function expiredRings()
  local expired = {}
  local sample = call('HRANDFIELD', key.rates, commit.PRUNE_SAMPLE, 'WITHVALUES')
  for at = 1, #sample, 2 do
    local id = sample[at]
    if not string.find(id, ' ', 1, true) and not rings.changed[id] then
      local slot, _, _, _, windowMs = struct.unpack(rings.HEAD, sample[at + 1])
      if rings.slotLeavesAtMs(slot, windowMs) <= account.now then
        expired[#expired + 1], expired[#expired + 2] = id, rings.countsOf(id)
      end
    end
  end
  return expired
end

-- Returns the arguments that write the rings, the expired ids, and when the last ring is empty.
local function encodeRings()
  local args, expired, endsMs = {}, {}, 0
  for id, ring in pairs(rings.changed) do
    local last = #args
    args[last + 1], args[last + 2] = id, rings.encode(ring)
    if ring.moved and ring.width > 0 then args[last + 3], args[last + 4] = rings.countsOf(id), ring.counts end
    endsMs = math.max(endsMs, rings.slotLeavesAtMs(ring.slot, ring.windowMs))
    if not ring.known then expired = expiredRings() end
  end
  return args, expired, endsMs
end

-- Whether the rows of this command make so many that they are folded: as many as there were requests and
-- refusals, so that nothing has to be counted.
local function isFull()
  local c, every = account.counters, usageRows.EVERY
  return math.floor(tally.counted / every) ~= math.floor((c.requests + c.refused) / every)
end

-- Returns the arguments that put slips in order of time, and the names of those that are dropped.
local function encodeSlips()
  local due, dropped = {}, {}
  for name in pairs(slips.changed) do
    local slip, last = slips.byName[name], #due
    account.put(name, slip and slipBytes.encode(slip))
    if slip then due[last + 1], due[last + 2] = string.format('%d', slip.dueMs), name
    else dropped[#dropped + 1] = name end
  end
  return due, dropped
end

commit = {
  keyRecords = {}, -- API keys to be kept: hash and record by turns
  PRUNE_SAMPLE = 6, -- fields, two of which may be one window

  all = function()
    local rates, expired, ratesEndMs = encodeRings()
    local due, dropped = encodeSlips()
    if cells.changed then account.put('cells', cells.encode()) end
    local lines, newLines
    if #tally.rows > 0 and isFull() then lines, newLines = usageRows.fold(tally.rows) end
    local c, fields = account.counters, account.fields
    local later = ratesEndMs > c.ratesEndMs
    if later then c.ratesEndMs = ratesEndMs end
    account.put('counters', account.encodeCounters())
    local stocked, unstocked = stock.encode()
    local kept, deleted = {}, {}
    for name in pairs(account.changed) do
      local value, last = fields[name], #kept
      if value then kept[last + 1], kept[last + 2] = name, value else deleted[#deleted + 1] = name end
    end
    for at = 1, #tally.entries do
      call('XADD', key.ledger, unpack(tally.entries[at]))
    end
    call('HSET', key.account, unpack(kept))
    if lines then usageRows.write(lines, newLines)
    elseif #tally.rows > 0 then call('RPUSH', key.pending, unpack(tally.rows)) end
    if #deleted > 0 then call('HDEL', key.account, unpack(deleted)) end
    if #stocked > 0 then call('HSET', key.stock, unpack(stocked)) end
    if #unstocked > 0 then call('HDEL', key.stock, unpack(unstocked)) end
    if #due > 0 then call('ZADD', key.due, unpack(due)) end
    if #dropped > 0 then call('ZREM', key.due, unpack(dropped)) end
    if #expired > 0 then call('HDEL', key.rates, unpack(expired)) end
    if #rates > 0 then call('HSET', key.rates, unpack(rates)) end
    if later then call('PEXPIREAT', key.rates, string.format('%d', c.ratesEndMs)) end
    if #commit.keyRecords > 0 then call('HSET', key.keys, unpack(commit.keyRecords)) end
  end,

  -- Writes, and answers with what it is given.
  answer = function(...)
    commit.all()
    return { ... }
  end,
}
