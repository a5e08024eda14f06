// What an official client was told, call by call, in a form in which the same life lived twice is the
// same text: straight at a service, and through the gateway, by one tenant or by many.
export interface Step {
  readonly call: string
  /** What the client gave back, or the class of error that it threw. */
  readonly told: unknown
}

export type Transcript = readonly Step[]

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi

/** Differs from run to run, or tells where the run took place. */
const VOLATILE = new Set(['creationTimeUnix', 'lastUpdateTimeUnix', 'tenant', 'database', 'usage'])

export class Scribe {
  readonly #steps: Step[] = []
  readonly #seen = new Map<string, string>()

  /**
   * Does it and notes what came of it, or that part of it which `shown` picks: a handle that the
   * gateway seals is not the same text. The result is the client's own, unchanged.
   */
  async note<T>(
    call: string,
    work: () => Promise<T>,
    shown: (result: T) => unknown = (result) => result,
  ): Promise<T> {
    const result = await work()
    this.#steps.push({ call, told: this.#plain(shown(result)) })
    return result
  }

  /** Does what must fail, and notes how: the text of an error may differ, its kind may not. */
  async fails(call: string, work: () => Promise<unknown>): Promise<void> {
    const told = await work().then(
      (result) => ({ succeeded: this.#plain(result) }),
      (error: unknown) => ({ failed: kindOf(error) }),
    )
    this.#steps.push({ call, told })
  }

  get transcript(): Transcript {
    return this.#steps
  }

  #plain(value: unknown): unknown {
    if (value === undefined) return null
    const text = JSON.stringify(value, (key, member: unknown) =>
      VOLATILE.has(key) ? undefined : member,
    )
    const named = text.replaceAll(UUID, (uuid) => {
      const known = this.#seen.get(uuid.toLowerCase()) ?? `uuid-${this.#seen.size + 1}`
      this.#seen.set(uuid.toLowerCase(), known)
      return known
    })
    return JSON.parse(named)
  }
}

/** The client's own class of error; one client has none, but begins its texts with the status. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return /^usage error \(\d+\)/.exec(error.message)?.[0] ?? error.name
}
