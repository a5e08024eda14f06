// What a deployment's cron trigger does, for local start-up: once at the start, for what an earlier run
// has left undone, and each minute from then on.
import { setTimeout as pause } from 'node:timers/promises'

const MINUTE_MS = 60_000

/** One at a time: the pause is between two runs. Ends with `ended`; a run that fails is told and passed over. */
export async function everyMinute(
  work: () => Promise<void>,
  {
    ended,
    complain,
    pauseMs = MINUTE_MS,
  }: {
    readonly ended: AbortSignal
    readonly complain: (error: unknown) => void
    readonly pauseMs?: number
  },
): Promise<void> {
  while (!ended.aborted) {
    await work().catch((error: unknown) => {
      if (!ended.aborted) complain(error)
    })
    await pause(pauseMs, undefined, { signal: ended, ref: false }).catch(() => undefined)
  }
}
