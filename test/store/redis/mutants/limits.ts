// Faults in what is reckoned: room, windows, budgets and periods.
import type { Mutant } from './mutant.ts'

export const LIMIT_MUTANTS: readonly Mutant[] = [
  {
    fault: 'refuses what fits exactly',
    file: 'lib/grant.lua',
    find: 'if asked > left',
    replace: 'if asked >= left',
  },
  {
    fault: 'lets weightless requests through a limit of 0',
    file: 'lib/grant.lua',
    find: 'if asked > left or limit == 0 then',
    replace: 'if asked > left then',
  },
  {
    fault: 'rounds a grant up',
    file: 'lib/grant.lua',
    find: 'math.floor((left - base) / unit)',
    replace: 'math.ceil((left - base) / unit)',
  },
  {
    fault: 'grants what the last limit allows, not the tightest',
    file: 'lib/grant.lua',
    find: 'math.min(granted, math.floor(',
    replace: 'math.max(0, math.floor(',
  },
  {
    fault: 'leaves out of a budget what is held',
    file: 'lib/grant.lua',
    find: 'committed + held, asked',
    replace: 'committed, asked',
  },
  {
    fault: 'admits one more at a time',
    file: 'lib/grant.lua',
    find: 'maxConcurrency, live, 1, 1, 0',
    replace: 'maxConcurrency, live - 1, 1, 1, 0',
  },
  {
    fault: 'takes what is spent for what is in flight',
    file: 'lib/grant.lua',
    find: 'if used + asked <= limit then',
    replace: 'if used + asked < limit then',
  },
  {
    fault: 'tells the last of equal refusals',
    file: 'lib/grant.lua',
    find: 'why.retryAfterMs > told.retryAfterMs',
    replace: 'why.retryAfterMs >= told.retryAfterMs',
  },
  {
    fault: 'demands a least that is more than was wanted',
    file: 'lib/grant.lua',
    find: 'least = math.min(least, wanted)',
    replace: '',
  },
  {
    fault: 'keeps a window a slot too short',
    file: 'lib/rings.lua',
    find: '(slot + 61) * windowMs',
    replace: '(slot + 60) * windowMs',
  },
  {
    fault: 'rounds the end of a slot down',
    file: 'lib/rings.lua',
    find: 'windowMs + 59) / 60)',
    replace: 'windowMs) / 60)',
  },
  {
    fault: 'empties a window a slot too early',
    file: 'lib/ring-advance.lua',
    find: 'if entered > 60 then',
    replace: 'if entered > 59 then',
  },
  {
    fault: 'takes nothing back from the oldest slot that counts',
    file: 'lib/rings.lua',
    find: 'age < 0 or age > 60',
    replace: 'age < 0 or age > 59',
  },
  {
    fault: 'does not look for the next oldest weight when one leaves',
    file: 'lib/ring-advance.lua',
    find: 'if oldest < to - 60 then',
    replace: 'if false then',
  },
  {
    fault: 'keeps a count that is too large for its width',
    file: 'lib/ring-advance.lua',
    find: 'while newest >= 256 ^ wide and',
    replace: 'while newest > 256 ^ wide and',
  },
  {
    fault: 'says that a weight of the whole limit never fits',
    file: 'lib/ring-times.lua',
    find: 'if weight > limit then return nil end',
    replace: 'if weight >= limit then return nil end',
  },
  {
    fault: 'says that there is room a slot too early',
    file: 'lib/ring-times.lua',
    find: 'if sum + weight > limit then slot = ring.slot end',
    replace: '',
  },
  {
    fault: 'keeps an ended day a millisecond too long',
    file: 'lib/cells.lua',
    find: 'start > account.now - cells.GRACE_MS',
    replace: 'start >= account.now - cells.GRACE_MS',
  },
  {
    fault: 'drops an ended day with what is held in it',
    file: 'lib/cells.lua',
    find: 'or held > 0 or start',
    replace: 'or start',
  },
  {
    fault: 'begins a dropped day anew',
    file: 'lib/cells.lua',
    find: 'if #list > 0 and list[#list - 2] > start then return end',
    replace: '',
  },
  {
    fault: 'counts the first millisecond of a day to the one before',
    file: 'lib/periods.lua',
    find: 'if start <= now and now < ends',
    replace: 'if start < now and now <= ends',
  },
  {
    fault: 'joins no period whose end is exactly two days off',
    file: 'lib/continue-periods.lua',
    find: 'boundary - ends <= MAX_BEND_MS',
    replace: 'boundary - ends < MAX_BEND_MS',
  },
  {
    fault: 'tells of limits that there are none of',
    file: 'lib/limits.lua',
    find: 'if budgets[at].limit then',
    replace: 'if true then',
  },
]
