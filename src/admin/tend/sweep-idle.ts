/**
 * Sweeps the accounts of a store that nothing wakes: a tenant that is silent since its last request
 * broke off would otherwise hold what that had reserved until it comes again.
 */
import { inTurns } from '../in-turns.ts'
import type { ControlDeps } from '../deps.ts'
import { walkDirectory } from './walk.ts'

const MAX_ROWS = 250
const AT_ONCE = 8
/** Of one account: each takes 32 holds. What is left waits for the next walk. */
const MAX_SWEEPS = 4

export async function sweepIdle({ store, clock }: ControlDeps): Promise<void> {
  if (store.needsSweeping !== true) return
  await walkDirectory(
    { store, clock },
    {
      name: 'sweep',
      maxRows: MAX_ROWS,
      visit: async (rows) => {
        const swept = await inTurns(rows, AT_ONCE, async ({ tenant }) => {
          for (let sweeps = 1; sweeps <= MAX_SWEEPS; sweeps++) {
            const reply = await store.run(tenant, { type: 'sweep' })
            if (reply.type === 'gone') return
            if (reply.nextDueMs === null || reply.nextDueMs > clock.now()) return
          }
        })
        // All of them: it is the store that is down, and these rows were not swept.
        return rows.length === 0 || swept.some(({ ok }) => ok)
      },
    },
  )
}
