/** One limit's reading, at the place where its demand stood. */
import type { MeterReading } from '../../account/answers.ts'
import type { BudgetDemand, RateDemand } from '../../account/commands.ts'
import type { Digits } from './reply.ts'

export function readRate(read: Digits, { id, limit }: RateDemand): MeterReading {
  return { id, kind: 'rate', limit, used: read.next(), held: 0, resetsAtMs: read.optional() }
}

export function readBudget(read: Digits, { id, limit }: BudgetDemand): MeterReading {
  const used = read.next()
  return { id, kind: 'budget', limit, used, held: read.next(), resetsAtMs: read.optional() }
}
