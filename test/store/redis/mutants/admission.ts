// Faults on the way in: what is compared, judged and taken by an admission or another attempt.
import type { Mutant } from './mutant.ts'

export const ADMISSION_MUTANTS: readonly Mutant[] = [
  {
    fault: 'lets in what was minted a millisecond too long ago',
    file: 'admit.lua',
    find: '60000, 10000, 60000',
    replace: '60000, 10001, 60000',
  },
  {
    fault: 'turns away what was minted exactly 60 s ahead',
    file: 'admit.lua',
    find: 'mintedAtMs - now > HOLD_MAX_AHEAD_MS',
    replace: 'mintedAtMs - now >= HOLD_MAX_AHEAD_MS',
  },
  {
    fault: 'gives a lease a second too short',
    file: 'admit.lua',
    find: 'dueMs = now + LEASE_MS',
    replace: 'dueMs = now + LEASE_MS - 1000',
  },
  {
    fault: 'accepts a key in the millisecond it expires',
    file: 'admit.lua',
    find: 'now >= keyExpiresAtMs',
    replace: 'now > keyExpiresAtMs',
  },
  {
    fault: 'does not look for a mark',
    file: 'admit.lua',
    find: 'if slip or now - mintedAtMs',
    replace: 'if now - mintedAtMs',
  },
  {
    fault: 'does not compare the version',
    file: 'admit.lua',
    find: 'if version ~= account.fields.version then',
    replace: 'if false then',
  },
  {
    fault: 'does not look at the incarnation',
    file: 'admit.lua',
    find: 'if not incarnation or not account.isVersionOf(version, incarnation)',
    replace: 'if not incarnation',
  },
  {
    fault: 'does not count the request in flight',
    file: 'admit.lua',
    find: 'c.live = c.live + 1',
    replace: 'c.live = c.live',
  },
  {
    fault: 'forgets the high-water mark',
    file: 'admit.lua',
    find: 'math.max(c.live, c.liveHighWater)',
    replace: 'c.live',
  },
  {
    fault: 'does not count refusals',
    file: 'admit.lua',
    find: 'refusals.count(refusal.reason, refusal.id)',
    replace: '',
  },
  {
    fault: 'holds a month’s budget in the day',
    file: 'admit.lua',
    find: 'running[budget.period]',
    replace: 'running.day',
  },
  {
    fault: 'puts what was wanted into windows, not what was granted',
    file: 'admit.lua',
    find: 'rate.base + rate.unit * granted',
    replace: 'rate.base + rate.unit * wanted',
  },
  {
    fault: 'holds what was wanted of budgets, not what was granted',
    file: 'admit.lua',
    find: 'budget.base + budget.unit * granted',
    replace: 'budget.base + budget.unit * wanted',
  },
  {
    fault: 'tells a repetition of a whole lease',
    file: 'admit.lua',
    find: 'slip.dueMs - now, slip.day',
    replace: 'LEASE_MS, slip.day',
  },
  {
    fault: 'cuts a running day again with the table that is supplied',
    file: 'admit.lua',
    find: 'if not period.start and newTable',
    replace: 'if newTable',
  },
  {
    fault: 'gives room once more to an attempt that has it',
    file: 'extend.lua',
    find: 'attempt <= slip.attempt',
    replace: 'attempt < slip.attempt',
  },
  {
    fault: 'gives room to an attempt older than the last',
    file: 'extend.lua',
    find: 'attempt <= slip.attempt',
    replace: 'attempt == slip.attempt',
  },
  {
    fault: 'counts attempts by itself',
    file: 'extend.lua',
    find: 'slip.attempt = attempt',
    replace: 'slip.attempt = slip.attempt + 1',
  },
  {
    fault: 'takes room in the period that runs now',
    file: 'extend.lua',
    find: 'budget.start = slip[budget.period]',
    replace: 'budget.start = periods.running(budget.period)',
  },
  {
    fault: 'counts the weight of an attempt as the admission’s own',
    file: 'extend.lua',
    find: "fresh, 'extended', amount",
    replace: "fresh, 'amount', amount",
  },
  {
    fault: 'gives room to less than all of an attempt',
    file: 'extend.lua',
    find: 'nil, output, output)',
    replace: 'nil, output, 0)',
  },
  {
    fault: 'holds nothing of budgets for an attempt',
    file: 'extend.lua',
    find: 'cells.hold(id, start, amount)',
    replace: '',
  },
]
