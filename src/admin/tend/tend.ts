/**
 * What the cron trigger does, each time a bounded part of it: erasures and purges, jobs, the sweep of
 * idle accounts. Their bounds together keep to the thousand calls that one invocation may make. All of it may be cut off anywhere and goes on the next time.
 */
import type { Log } from '../../log.ts'
import type { ControlDeps } from '../deps.ts'
import { carryOnOldest } from '../plans/jobs.ts'
import { purge } from './purge.ts'
import { sweepIdle } from './sweep-idle.ts'

const DUTIES = { purge, jobs: carryOnOldest, sweep_idle: sweepIdle } as const

/** Never rejects: what fails is logged by its name, and the others are done all the same. */
export async function tend(deps: ControlDeps & { readonly log: Log }): Promise<void> {
  for (const [duty, work] of Object.entries(DUTIES)) {
    try {
      await work(deps)
    } catch (error) {
      deps.log.error('tend', { duty, error: error instanceof Error ? error.name : typeof error })
    }
  }
}
