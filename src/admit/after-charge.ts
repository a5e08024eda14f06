/** Where the limits stand once what was not used has been given back: reckoned here, without asking. */
import type { Charge } from '../ledger/entry.ts'
import type { MeterReading } from '../account/answers.ts'
import type { BudgetDemand, RateDemand } from '../account/commands.ts'

/** Readings taken at admission, with the reservation replaced by the charge. */
export function afterCharge(
  meters: readonly MeterReading[],
  demands: readonly (RateDemand | BudgetDemand)[],
  granted: number,
  charge: Charge,
): readonly MeterReading[] {
  return meters.map((meter) => {
    if (meter.id === 'max_concurrency') return { ...meter, used: Math.max(0, meter.used - 1) }
    const demand = demands.find(({ id }) => id === meter.id)
    if (demand === undefined || demand.measure === 'requests') return meter
    const reserved = demand.base + demand.unit * granted
    const actual =
      demand.measure === 'tokens' ? charge.inputTokens + charge.outputTokens : charge.nanoUsd
    return meter.kind === 'budget'
      ? { ...meter, held: meter.held - reserved, used: meter.used + actual }
      : { ...meter, used: meter.used - reserved + actual }
  })
}
