// What a stand-in for a provider is about to say, before any provider's words are put around it.
// The demo upstream and the tests' upstream both speak through the writers beside this file.

export interface Answer {
  readonly id: string
  /** The model as the reply names it. */
  readonly model: string
  readonly createdAtS: number
  /** What is said, cut as a stream cuts it. */
  readonly pieces: readonly string[]
  readonly choices: number
  readonly ended: 'said all' | 'at the cap'
  /** What the reply tells as usage: a true record, a false one, or `undefined` for none at all. */
  readonly usage: unknown
}

/** One event of a stream; `event` only where the API names its events. */
export interface Frame {
  readonly event?: string
  readonly data: string
}
