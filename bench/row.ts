// What a row of the benchmark is: a name, and how to start what it stands for.
import type { Suite } from './suite.ts'
import type { Total } from './tenant.ts'

export interface Place {
  /** An empty folder of the row's own. */
  readonly folder: string
  readonly upstreamUrl: string
  readonly suite: Suite
  readonly onOutput: (text: string) => void
  /** Hears at once how to end what was started, so that it is ended even when the rest fails. */
  readonly onStarted: (stop: () => Promise<void>) => void
}

export interface Target {
  readonly url: string
  /** The process that is measured; null when nothing stands before the upstream. */
  readonly pid: number | null
  /** What to call with, where anybody asks for it. */
  readonly key: string | null
  /** Requests that were answered before anything was measured; absent for none. */
  readonly prepared?: number
  /** What the row itself has counted, to be held against what was answered. */
  readonly settled?: () => Promise<Total>
}

export interface Row {
  readonly name: string
  readonly start: (place: Place) => Promise<Target>
}
