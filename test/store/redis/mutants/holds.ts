// Faults in the life of a hold: its lease, its renewal, its sweep, its mark.
import type { Mutant } from './mutant.ts'

export const HOLD_MUTANTS: readonly Mutant[] = [
  {
    fault: 'carries a hold on for ever',
    file: 'renew.lua',
    find: 'math.min(account.now + LEASE_MS, slip.admittedAtMs + HOLD_MAX_LIFE_MS)',
    replace: 'account.now + LEASE_MS',
  },
  {
    fault: 'lowers the output of a checkpoint',
    file: 'renew.lua',
    find: 'math.max(known[2], seen[2])',
    replace: 'seen[2]',
  },
  {
    fault: 'forgets a checkpoint when none comes',
    file: 'renew.lua',
    find: 'slip.checkpoint = seen or known',
    replace: 'slip.checkpoint = seen',
  },
  {
    fault: 'renews a hold of another incarnation',
    file: 'renew.lua',
    find: 'if incarnation ~= meant then',
    replace: 'if not incarnation then',
  },
  {
    fault: 'renews in the millisecond that a lease ends',
    file: 'lib/sweep.lua',
    find: 'if slip.dueMs > account.now then',
    replace: 'if slip.dueMs >= account.now then',
  },
  {
    fault: 'sweeps 33 in a call',
    file: 'lib/sweep.lua',
    find: 'LIMIT = 32',
    replace: 'LIMIT = 33',
  },
  {
    fault: 'charges the estimate, whatever was seen',
    file: 'lib/sweep.lua',
    find: 'slip.checkpoint or slip.estimate',
    replace: 'slip.estimate',
  },
  {
    fault: 'sweeps a millisecond late',
    file: 'lib/sweep.lua',
    find: "string.format('%d', now)",
    replace: "string.format('%d', now - 1)",
  },
  {
    fault: 'does not keep the clock',
    file: 'lib/sweep.lua',
    find: 'account.counters.clockMs = now',
    replace: '',
  },
  {
    fault: 'drops the mark that its own command is to find',
    file: 'lib/sweep.lua',
    find: 'elseif name ~= spared then',
    replace: 'else',
  },
  {
    fault: 'does not write out refusals',
    file: 'lib/sweep.lua',
    find: "if account.field('refusals') then refusals.flush() end",
    replace: '',
  },
  {
    fault: 'says that nothing is left of more than it takes',
    file: 'sweep.lua',
    find: 'sweep.LIMIT + 1)',
    replace: 'sweep.LIMIT)',
  },
  {
    fault: 'comes back for refusals at once',
    file: 'sweep.lua',
    find: 'refusals.read() + 60000',
    replace: 'refusals.read()',
  },
  {
    fault: 'leaves a mark a millisecond too short',
    file: 'lib/slips.lua',
    find: 'MARK_MS = 900000',
    replace: 'MARK_MS = 899999',
  },
  {
    fault: 'leaves an abandonment’s mark for a minute',
    file: 'abandon.lua',
    find: 'dueMs = account.now + slips.MARK_MS',
    replace: 'dueMs = account.now + 60000',
  },
  {
    fault: 'expires what it is to abandon',
    file: 'abandon.lua',
    find: 'sweep.first(name)',
    replace: 'sweep.first()',
  },
  {
    fault: 'charges what is abandoned',
    file: 'abandon.lua',
    find: "'abandoned', { 0, 0, 0 }, ''",
    replace: "'abandoned', slip.estimate, ''",
  },
  {
    fault: 'abandons a hold of another incarnation',
    file: 'abandon.lua',
    find: 'if incarnation ~= meant then',
    replace: 'if not incarnation then',
  },
]
