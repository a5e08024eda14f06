// Faults in what tenants have on vector services: reservations, their ends, and recounts.
import type { Mutant } from './mutant.ts'

export const STOCK_MUTANTS: readonly Mutant[] = [
  {
    fault: 'reserves one more than there is room for',
    file: 'lib/stock.lua',
    find: 'if amount > 0 and amount > limit - used then',
    replace: 'if amount > 0 and amount > limit + 1 - used then',
  },
  {
    fault: 'refuses what adds nothing to a place that has too much',
    file: 'lib/stock.lua',
    find: 'if amount > 0 and amount > limit - used then',
    replace: 'if amount > limit - used then',
  },
  {
    fault: 'counts a refusal that is tentative',
    file: 'admit.lua',
    find: 'if not stockAsk[3] then refusals.count(what.reason, what.id) end',
    replace: 'refusals.count(what.reason, what.id)',
  },
  {
    fault: 'counts no refusal by stock',
    file: 'admit.lua',
    find: 'if not stockAsk[3] then refusals.count(what.reason, what.id) end',
    replace: '',
  },
  {
    fault: 'makes a place that is known already',
    file: 'lib/stock.lua',
    find: "if isKnown and demand[2] == 'new' then",
    replace: "if false and demand[2] == 'new' then",
  },
  {
    fault: 'writes to a place that is not known',
    file: 'lib/stock.lua',
    find: "if not isKnown and demand[2] == 'known' then",
    replace: "if false and demand[2] == 'known' then",
  },
  {
    fault: 'reserves as it was measured though the place was made anew',
    file: 'lib/stock.lua',
    find: 'record and record[1] == demand[8] and',
    replace: 'record and',
  },
  {
    fault: 'reserves as it was measured though a write has come between',
    file: 'lib/stock.lua',
    find: ' and record[5] == demand[9]',
    replace: '',
  },
  {
    fault: 'counts a collection at every first write',
    file: 'lib/stock.lua',
    find: 'demand[3] + (isKnown and 0 or demand[4])',
    replace: 'demand[3] + demand[4]',
  },
  {
    fault: 'forgets that a write is under way',
    file: 'lib/stock.lua',
    find: 'record[5], record[6] = record[5] + 1, record[6] + 1',
    replace: 'record[5], record[6] = record[5] + 1, record[6]',
  },
  {
    fault: 'keeps what was released',
    file: 'lib/stock.lua',
    find: "  if verdict == 'released' then stock.giveBack(amounts) end\n",
    replace: '',
  },
  {
    fault: 'keeps a place that nothing was ever put in',
    file: 'lib/stock.lua',
    find: "not (verdict == 'released' and isNothing) and record",
    replace: 'record',
  },
  {
    fault: 'gives a dropped place nothing back',
    file: 'lib/stock.lua',
    find: '    stock.giveBack({ record[2], record[3], record[4] })\n',
    replace: '',
  },
  {
    fault: 'takes a place that was made anew for the one that was dropped',
    file: 'lib/stock.lua',
    find: 'if record[1] ~= held[2] then',
    replace: 'if false then',
  },
  {
    fault: 'releases what an expired hold may have written',
    file: 'lib/slips.lua',
    find: "kind == 'expired' and 'unknown' or 'released'",
    replace: "'released'",
  },
  {
    fault: 'believes a count that a write has overtaken',
    file: 'recount.lua',
    find: 'record[5] == seenWrites and ',
    replace: '',
  },
  {
    fault: 'believes a count made while a write was under way',
    file: 'recount.lua',
    find: 'and record[6] == 0\n',
    replace: '\n',
  },
  {
    fault: 'believes a count that a write may still overtake',
    file: 'recount.lua',
    find: '    and record[7] + stock.UNSURE_MS <= account.now\n',
    replace: '',
  },
  {
    fault: 'leaves the levels as they were',
    file: 'recount.lua',
    find: '  stock.giveBack(less)\n',
    replace: '',
  },
  {
    fault: 'leaves stock behind when it erases',
    file: 'erase.lua',
    find: ', key.stock)',
    replace: ')',
  },
]
