// Faults in what is kept, entered, summed and shown.
import type { Mutant } from './mutant.ts'

export const KEEPING_MUTANTS: readonly Mutant[] = [
  {
    fault: 'lets the clock run backwards',
    file: 'lib/account.lua',
    find: 'math.max(account.storeTime(), c.clockMs)',
    replace: 'account.storeTime()',
  },
  {
    fault: 'drops the first entry of a step',
    file: 'lib/commit.lua',
    find: 'for at = 1, #tally.entries do',
    replace: 'for at = 2, #tally.entries do',
  },
  {
    fault: 'leaves dropped marks in the order of time',
    file: 'lib/commit.lua',
    find: "if #dropped > 0 then call('ZREM', key.due, unpack(dropped)) end",
    replace: '',
  },
  {
    fault: 'keeps what is deleted',
    file: 'lib/commit.lua',
    find: "if #deleted > 0 then call('HDEL', key.account, unpack(deleted)) end",
    replace: '',
  },
  {
    fault: 'lets windows expire with the first that ends',
    file: 'lib/commit.lua',
    find: 'math.max(endsMs, rings.slotLeavesAtMs(ring.slot, ring.windowMs))',
    replace: 'rings.slotLeavesAtMs(ring.slot, ring.windowMs)',
  },
  {
    fault: 'takes a hold without a checkpoint for one with none used',
    file: 'lib/slip-bytes.lua',
    find: 'c and 1 or 0',
    replace: '1',
  },
  {
    fault: 'leaves every other number out',
    file: 'lib/tally.lua',
    find: 'c.seq = c.seq + 1',
    replace: 'c.seq = c.seq + 2',
  },
  {
    fault: 'notes the use of a key a millisecond late',
    file: 'lib/tally.lua',
    find: 'usedAtMs - tonumber(known) < 60000',
    replace: 'usedAtMs - tonumber(known) <= 60000',
  },
  {
    fault: 'sums no money by day',
    file: 'lib/tally.lua',
    find: 'charge[1], charge[2], charge[3] })',
    replace: 'charge[1], charge[2], 0 })',
  },
  {
    fault: 'writes out refusals in their own minute',
    file: 'lib/refusals.lua',
    find: 'minuteMs >= refusals.minute()',
    replace: 'minuteMs > refusals.minute()',
  },
  {
    fault: 'counts every reason once',
    file: 'lib/refusals.lua',
    find: '(counts[cause] or 0) + 1',
    replace: '1',
  },
  {
    fault: 'writes out the same refusals again',
    file: 'lib/refusals.lua',
    find: "account.put('refusals', false)",
    replace: '',
  },
  {
    fault: 'begins a page with the entry before it',
    file: 'ledger.lua',
    find: "'(' .. after",
    replace: '0 .. after',
  },
  {
    fault: 'lets a strike go with its window’s oldest',
    file: 'strike.lua',
    find: 'rings.slotLeavesAtMs(ring.slot, windowMs)',
    replace: 'rings.slotLeavesAtMs(ring.oldest, windowMs)',
  },
  {
    fault: 'shows the use of the first key for every key',
    file: 'view.lua',
    find: 'names[#names + 1] =',
    replace: 'names[1] =',
  },
  {
    fault: 'shows the use of a later batch of keys as that of the first',
    file: 'view.lua',
    find: 'used[first + n - 1]',
    replace: 'used[n]',
  },
  {
    fault: 'tells whose limit has refused',
    file: 'lib/refusals.lua',
    find: "string.match(limitId, '^[^|]*')",
    replace: 'limitId',
  },
  {
    fault: 'leaves the first day out',
    file: 'usage.lua',
    find: 'for at = first, last do',
    replace: 'for at = first + 1, last do',
  },
]
