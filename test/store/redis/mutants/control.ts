// Faults in the control plane's writes and in what is compared for it.
import type { Mutant } from './mutant.ts'

export const CONTROL_MUTANTS: readonly Mutant[] = [
  {
    fault: 'changes whatever version was expected',
    file: 'change.lua',
    find: 'if expected ~= account.fields.version then',
    replace: 'if false then',
  },
  {
    fault: 'changes again when it is repeated',
    file: 'change.lua',
    find: 'if nonce == account.fields.nonce then',
    replace: 'if false then',
  },
  {
    fault: 'does not raise the counter',
    file: 'change.lua',
    find: 'account.fields.counter + 1',
    replace: 'account.fields.counter + 0',
  },
  {
    fault: 'enters nothing',
    file: 'change.lua',
    find: "tally.append('control', account.digits({ account.now }), 'b', note)",
    replace: '',
  },
  {
    fault: 'does not know its own creation again',
    file: 'create.lua',
    find: 'if account.fields.nonce == nonce then',
    replace: 'if false then',
  },
  {
    fault: 'erases another incarnation',
    file: 'erase.lua',
    find: 'if account.fields.incarnation ~= meant then',
    replace: 'if not account.fields.incarnation then',
  },
  {
    fault: 'leaves the API keys',
    file: 'erase.lua',
    find: 'key.ledger, key.keys, key.usage',
    replace: 'key.ledger, key.usage',
  },
  {
    fault: 'leaves the windows',
    file: 'erase.lua',
    find: 'key.account, key.rates, key.due',
    replace: 'key.account, key.due',
  },
  {
    fault: 'takes one incarnation for another that begins the same',
    file: 'lib/account.lua',
    find: "string.sub(version, 1, #incarnation + 1) == incarnation .. '.'",
    replace: 'string.sub(version, 1, #incarnation) == incarnation',
  },
  {
    fault: 'confirms a refusal on any version',
    file: 'refuse.lua',
    find: 'if version ~= account.fields.version then',
    replace: 'if false then',
  },
  {
    fault: 'says `current` to who asks for a key',
    file: 'load.lua',
    find: 'version == account.fields.version and #hashes == 0',
    replace: 'version == account.fields.version',
  },
  {
    fault: 'tells the last key that is on record',
    file: 'lib/snapshot.lua',
    find: 'break',
    replace: '',
  },
  {
    fault: 'keeps all keys but the last',
    file: 'lib/control.lua',
    find: 'tonumber(ARGV[at]) * 2)',
    replace: 'tonumber(ARGV[at]) * 2 - 2)',
  },
  {
    fault: 'registers a slug again',
    file: 'register.lua',
    find: "if exists then return { 'exists', known } end",
    replace: '',
  },
  {
    fault: 'puts a row for a tenant that is not known',
    file: 'update.lua',
    find: "redis.call('HEXISTS', KEYS[1], tenant) == 0",
    replace: 'false',
  },
  {
    fault: 'lists a slug twice, on two pages',
    file: 'list.lua',
    find: "or '(' .. after",
    replace: "or '[' .. after",
  },
  {
    fault: 'finds no row',
    file: 'look.lua',
    find: "redis.call('HGET', KEYS[1], tenant) or ''",
    replace: "''",
  },
  {
    fault: 'does not tell the eviction policy',
    file: 'ping.lua',
    find: "policy or ''",
    replace: "''",
  },
]
