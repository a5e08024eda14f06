/** Where each limit of a tenant stands now: rates, budgets, concurrency, named quotas. Pure. */
import type { MeterReading } from '../account/answers.ts'
import type { ViewReply } from '../account/commands.ts'
import { readLimitId } from '../account/limits/demand.ts'
import { MAX_CONCURRENCY } from '../account/limits/meters.ts'
import { formatUsd } from '../price/nano-usd.ts'
import { isUsdLimit } from '../tenant/limits.ts'
import { showQuotas } from '../tenant/quotas.ts'
import { utilizationPct } from '../tenant/utilization.ts'
import type { LimitStanding } from './shown.ts'

type Viewed = Extract<ViewReply, { type: 'viewed' }>

export function standings({ meters, counters, snapshot, levels }: Viewed): LimitStanding[] {
  const { config } = snapshot
  const concurrency: MeterReading = {
    id: MAX_CONCURRENCY,
    kind: 'quota',
    limit: config.limits.max_concurrency,
    used: counters.live,
    held: 0,
    resetsAtMs: null,
  }
  return [
    ...meters.map((meter) => standing(meter, null)),
    standing(concurrency, counters.liveHighWater),
    ...showQuotas(config, levels).map(({ name, used, max, high_water }): LimitStanding =>
      standing(
        { id: name, kind: 'quota', limit: max, used, held: 0, resetsAtMs: null },
        high_water,
      ),
    ),
  ]
}

export function standing(meter: MeterReading, highWater: number | null): LimitStanding {
  const { name, scope } = readLimitId(meter.id)
  const { kind, limit, used, held, resetsAtMs } = meter
  const show = (amount: number) => (isUsdLimit(name) ? formatUsd(amount) : amount)
  return {
    name,
    scope,
    kind,
    limit: limit === null ? null : show(limit),
    used: show(used),
    held: show(held),
    // Never negative: a limit lowered below what is used leaves nothing, not a debt.
    remaining: limit === null ? null : show(Math.max(0, limit - used - held)),
    utilization_pct: utilizationPct(used + held, limit),
    resets_at: resetsAtMs === null ? null : new Date(resetsAtMs).toISOString(),
    high_water: highWater,
  }
}
