-- snapshot.lua (library): the answer to a decision that was made on another version.
local snapshot
snapshot = {
  -- With the first of the asked-for keys that is on record. `hashes` may be empty.
  stale = function(hashes)
    local fields = account.fields
    local reply = { 'stale', fields.version, fields.incarnation, account.field('config') }
    if #hashes == 0 then return reply end
    local records = call('HMGET', key.keys, unpack(hashes))
    for at = 1, #hashes do
      if records[at] then
        reply[5], reply[6] = hashes[at], records[at]
        break
      end
    end
    return reply
  end,

  -- The key hashes that ARGV carries from `at` on.
  hashes = function(at)
    return { unpack(ARGV, at) }
  end,
}
