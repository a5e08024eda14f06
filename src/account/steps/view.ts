/** Everything a person may want to see of an account. Changes nothing, and sweeps nothing. */
import type { ViewCommand, ViewReply } from '../commands.ts'
import { snapshotOf } from './confirm.ts'
import type { Draft } from '../draft.ts'
import { levelsOf } from '../limits/levels.ts'
import { readBudget, readRate } from '../limits/meters.ts'

/** Meters of all that was asked for, unlimited budgets too; the concurrency is `counters.live`. */
export function view(draft: Draft, { rates, budgets }: ViewCommand): ViewReply {
  return {
    type: 'viewed',
    nowMs: draft.nowMs,
    snapshot: snapshotOf(draft, []),
    meters: [
      ...rates.map((rate) => readRate(draft, rate)),
      ...budgets.map((budget) => readBudget(draft, budget)),
    ],
    counters: draft.counters,
    levels: levelsOf(draft).levels,
    keys: draft.list('key').map(([hash, record]) => ({
      hash,
      record,
      lastUsedAtMs: draft.get('key_use', record.id)?.lastUsedAtMs ?? null,
    })),
  }
}
