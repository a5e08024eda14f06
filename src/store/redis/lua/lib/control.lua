-- control.lua (library): what creating an account and changing it have in common.
local control
control = {
  -- Puts configuration and version together; returns the version.
  putVersion = function(incarnation, counter, nonce, config)
    local version = incarnation .. '.' .. string.format('%d', counter) .. '.' .. nonce
    account.put('version', version)
    account.put('incarnation', incarnation)
    account.put('counter', string.format('%d', counter))
    account.put('nonce', nonce)
    account.put('config', config)
    return version
  end,

  -- Keeps the API keys that ARGV carries from `at` on, a count and pairs.
  putKeys = function(at)
    commit.keyRecords = { unpack(ARGV, at + 1, at + tonumber(ARGV[at]) * 2) }
  end,
}
