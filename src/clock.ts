/** Time as a thing that is passed in: what the gateway waits for, a test can move. */
export interface Clock {
  /** Epoch milliseconds. In Workers it stands still between I/O. */
  now(): number
  /** Calls `fn` once after `ms`; the returned function calls it off. */
  after(ms: number, fn: () => void): () => void
}

/** Resolves after `ms` by that clock. */
export async function sleep(clock: Clock, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    clock.after(ms, resolve)
  })
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
}
