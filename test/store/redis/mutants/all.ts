// Every fault that the suite is tried on, from one end of a request to the other.
import { ADMISSION_MUTANTS } from './admission.ts'
import { CONTROL_MUTANTS } from './control.ts'
import { HOLD_MUTANTS } from './holds.ts'
import { KEEPING_MUTANTS } from './keeping.ts'
import { LIMIT_MUTANTS } from './limits.ts'
import type { Mutant } from './mutant.ts'
import { QUOTA_MUTANTS } from './quotas.ts'
import { STOCK_MUTANTS } from './stock.ts'
import { SETTLEMENT_MUTANTS } from './settlement.ts'
import { USUAL_MUTANTS } from './usual.ts'

export const MUTANTS: readonly Mutant[] = [
  ...USUAL_MUTANTS,
  ...ADMISSION_MUTANTS,
  ...LIMIT_MUTANTS,
  ...HOLD_MUTANTS,
  ...SETTLEMENT_MUTANTS,
  ...CONTROL_MUTANTS,
  ...KEEPING_MUTANTS,
  ...QUOTA_MUTANTS,
  ...STOCK_MUTANTS,
]
