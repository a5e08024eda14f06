// Faults in named quotas, in budgets that are begun anew, and in what stands beside the tenants' rows.
import type { Mutant } from './mutant.ts'

export const QUOTA_MUTANTS: readonly Mutant[] = [
  {
    fault: 'acquires one more than there is',
    file: 'acquire.lua',
    find: 'if amount > limit - level[1] then',
    replace: 'if amount > limit + 1 - level[1] then',
  },
  {
    fault: 'counts a repeated acquisition twice',
    file: 'acquire.lua',
    find: '  if held then\n',
    replace: '  if false then\n',
  },
  {
    fault: 'lets ids hold more than can be counted',
    file: 'acquire.lua',
    find: ' or amount > MAX_SAFE - level[2]',
    replace: '',
  },
  {
    fault: 'moves more in a minute than can be counted',
    file: 'lib/levels.lua',
    find: 'if level[place] + amount > 9007199254740991 then levels.write() end',
    replace: '',
  },
  {
    fault: 'gives no lease its end',
    file: 'acquire.lua',
    find: 'local dueMs = account.now + leaseMs',
    replace: 'local dueMs = account.now + leaseMs + 1',
  },
  {
    fault: 'gives nothing back',
    file: 'release.lua',
    find: 'levels.move(quota, level[1] - amount, level[2], 5, amount)',
    replace: 'levels.move(quota, level[1], level[2], 5, amount)',
  },
  {
    fault: 'gives more back than was used',
    file: 'release.lua',
    find: 'if amount > level[1] then',
    replace: 'if amount > level[1] + 1 then',
  },
  {
    fault: 'keeps what was released by its id',
    file: 'release.lua',
    find: '  levels.endHeld(quota, known, 5)\n',
    replace: '',
  },
  {
    fault: 'resets nothing',
    file: 'reset.lua',
    find: 'if committed ~= 0 then cells.charge(budget, start, -committed, 0) end',
    replace: '',
  },
  {
    fault: 'resets twice',
    file: 'reset.lua',
    find: "if mark and mark.state == 'reset' then",
    replace: 'if false then',
  },
  {
    fault: 'leaves the row of a tenant that was erased',
    file: 'bury.lua',
    find: "redis.call('HDEL', KEYS[1], tenant)\n",
    replace: '',
  },
  {
    fault: 'leaves no tombstone',
    file: 'bury.lua',
    find: "redis.call('HSETNX', KEYS[4], hash, '1 ' .. text)",
    replace: '',
  },
  {
    fault: 'counts nobody',
    file: 'count.lua',
    find: "redis.call('ZCARD', KEYS[2])",
    replace: '0',
  },
  {
    fault: 'finds no document',
    file: 'document.lua',
    find: "redis.call('HGET', KEYS[4], ARGV[1]) or ''",
    replace: "''",
  },
  {
    fault: 'lists no document',
    file: 'documents.lua',
    find: "redis.call('HGETALL', KEYS[4])",
    replace: '{}',
  },
  {
    fault: 'writes over a newer revision',
    file: 'write.lua',
    find: 'if revision ~= change.expected then stale = true end',
    replace: '',
  },
  {
    fault: 'keeps what has expired',
    file: 'write.lua',
    find: '  if #expired > 0 then',
    replace: '  if false then',
  },
]
