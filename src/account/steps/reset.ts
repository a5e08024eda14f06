/**
 * A budget begun anew by an operator, within its running period. It stands in the ledger, with what
 * it took away: a cell is the sum of its charges and its resets.
 */
import { cellAt, chargeCell } from '../limits/budgets.ts'
import { MARK_MS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import { runningPeriods } from '../limits/period-table.ts'
import type { ResetCommand, ResetReply } from '../report-commands.ts'
import { beginWriting } from './sweep.ts'

export function reset(draft: Draft, command: ResetCommand): ResetReply {
  const { budget, actor, reason } = command
  beginWriting(draft)
  const id = `reset|${command.resetId}`
  const mark = draft.get('slip', id)
  if (mark?.state === 'reset') return { type: 'reset', start: mark.start, before: mark.before }
  const periods = runningPeriods(draft, command.periods)
  if (periods === null) return { type: 'periods_stale', nowMs: draft.nowMs }
  const { start } = periods[command.period]
  const before = cellAt(draft.counters, budget, start).committed
  if (before !== 0) chargeCell(draft, budget, start, { committed: -before, held: 0 })
  draft.append({ kind: 'reset', actor, budget, start, before, after: 0, reason })
  draft.put('slip', id, { state: 'reset', dueMs: draft.nowMs + MARK_MS, start, before })
  return { type: 'reset', start, before }
}
