-- epoch.lua (library): the mark of a database that was provisioned, left by whoever first gives it
-- something to keep.
local epoch
epoch = {
  -- The mark under a key; made where there is none.
  mark = function(key)
    local known = redis.call('GET', key)
    if known then return known end
    local time = redis.call('TIME')
    local made = time[1] .. '.' .. time[2]
    redis.call('SET', key, made)
    return made
  end,
}
