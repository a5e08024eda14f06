// What a run of the benchmark is about, as data: what is asked of every row, of which upstream, and
// what the gateway has to be told before. All suites have the same rows, load and table.
import type { Job } from './job.ts'
import type { Call } from './tenant.ts'

export interface Suite {
  /** The upstream's source file, beside this one. */
  readonly upstream: string
  /** The gateway's bindings for an upstream at this address. */
  readonly bindings: (upstreamUrl: string) => Readonly<Record<string, string>>
  /** Done once at each gateway before anything is measured; how many requests of the tenant that took. */
  readonly prepare: (call: Call, key: string) => Promise<number>
  readonly workloads: readonly Workload[]
  /** For getting everything warm before anything is counted. */
  readonly warmUps: readonly Workload[]
  /** Of which the store calls are told, by what they are called in that line. */
  readonly counted: Readonly<Record<string, Ask>>
  /** The upstream's answer, for the gateway that runs in the benchmark's own process. */
  readonly answer: (request: Request) => Promise<Response>
}

export interface Workload {
  readonly name: string
  readonly ask: Ask
  readonly connections: number
}

/** A request; all rows are sent the same bytes. */
export interface Ask extends Pick<Job, 'method' | 'body' | 'expect'> {
  readonly path: string
  /** How long its answer takes by itself. */
  readonly answerSeconds: number
}
