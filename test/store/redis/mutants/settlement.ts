// Faults in the end of a hold: what is released, charged, corrected and entered.
import type { Mutant } from './mutant.ts'

export const SETTLEMENT_MUTANTS: readonly Mutant[] = [
  {
    fault: 'expires what it is to settle',
    file: 'settle.lua',
    find: 'sweep.first(name)',
    replace: 'sweep.first()',
  },
  {
    fault: 'charges a claim of exactly 15 minutes',
    file: 'settle.lua',
    find: 'now - admittedAtMs >= slips.MARK_MS',
    replace: 'now - admittedAtMs > slips.MARK_MS',
  },
  {
    fault: 'settles a hold of another incarnation',
    file: 'settle.lua',
    find: 'if incarnation ~= meant then',
    replace: 'if not incarnation then',
  },
  {
    fault: 'charges money twice after a sweep',
    file: 'settle.lua',
    find: 'charge[3] - charged[3]',
    replace: 'charge[3]',
  },
  {
    fault: 'counts a request twice after a sweep',
    file: 'settle.lua',
    find: "chargeReceipt('late', 0,",
    replace: "chargeReceipt('late', 1,",
  },
  {
    fault: 'tells a repetition its own charge',
    file: 'settle.lua',
    find: "settled(slip.charged, '1')",
    replace: "settled(charge, '1')",
  },
  {
    fault: 'does not count a request whose hold was lost',
    file: 'settle.lua',
    find: "chargeReceipt('hold_lost', 1,",
    replace: "chargeReceipt('hold_lost', 0,",
  },
  {
    fault: 'leaves no mark of a claim',
    file: 'settle.lua',
    find: "slips.put(name, { state = 'unresolved', dueMs = now + slips.MARK_MS })",
    replace: '',
  },
  {
    fault: 'leaves no mark of a late charge',
    file: 'settle.lua',
    find: "slips.put(name, { state = 'settled', dueMs = now + slips.MARK_MS, charged = charge })",
    replace: '',
  },
  {
    fault: 'enters all overage again when late',
    file: 'settle.lua',
    find: 'afterTokens - beforeTokens',
    replace: 'afterTokens',
  },
  {
    fault: 'charges a lost hold to the day alone',
    file: 'settle.lua',
    find: 'cells.charge(budget.id, budget.start,',
    replace: 'cells.charge(budget.id, receipt.day,',
  },
  {
    fault: 'gives back more than the admission put in',
    file: 'lib/slips.lua',
    find: 'math.min(-excess, held.amount)',
    replace: '-excess',
  },
  {
    fault: 'charges no excess to a window',
    file: 'lib/slips.lua',
    find: 'return rings.add(held.id, ring, excess)',
    replace: 'return',
  },
  {
    fault: 'gives back in the current slot',
    file: 'lib/slips.lua',
    find: 'rings.slotAt(admittedAtMs, held.windowMs)',
    replace: 'rings.slotAt(account.now, held.windowMs)',
  },
  {
    fault: 'keeps the weight of what was abandoned',
    file: 'lib/slips.lua',
    find: "if held.measure == 'requests' and sent then return end",
    replace: "if held.measure == 'requests' then return end",
  },
  {
    fault: 'leaves what attempts added out of a correction',
    file: 'lib/slips.lua',
    find: 'actual - held.amount - held.extended',
    replace: 'actual - held.amount',
  },
  {
    fault: 'does not count a request out',
    file: 'lib/slips.lua',
    find: 'account.counters.live - 1',
    replace: 'account.counters.live',
  },
  {
    fault: 'releases nothing',
    file: 'lib/slips.lua',
    find: 'slips.amountOf(charge, held.measure), held.amount)',
    replace: 'slips.amountOf(charge, held.measure), 0)',
  },
  {
    fault: 'reckons overage on the largest reservation',
    file: 'lib/slips.lua',
    find: 'math.min(tokens or amount, amount)',
    replace: 'math.max(tokens or amount, amount)',
  },
  {
    fault: 'notes the use of a key at the sweep',
    file: 'lib/slips.lua',
    find: "kind == 'expired' and slip.admittedAtMs or now",
    replace: 'now',
  },
  {
    fault: 'marks what it swept as settled',
    file: 'lib/slips.lua',
    find: "kind == 'expired' and 'swept' or 'settled'",
    replace: "'settled'",
  },
]
