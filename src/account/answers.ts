/** What several commands answer alike: where a limit stands, what refused, and the configuration. */
import type { KeyRecord } from '../identify/api-key/key-record.ts'
import type { TenantConfig } from '../tenant/tenant.ts'
import type { Version } from './records.ts'

/** Where one limit stands. `remaining` counts what is held as used. */
export interface MeterReading {
  readonly id: string
  readonly kind: 'rate' | 'budget' | 'quota'
  readonly limit: number | null
  readonly used: number
  readonly held: number
  /** When more becomes available: a ring's oldest slot leaves, a period ends. Epoch ms; null where no time helps. */
  readonly resetsAtMs: number | null
}

export interface Refusal {
  readonly reason: 'rate' | 'budget' | 'in_flight' | 'concurrency' | 'quota'
  readonly id: string
  readonly limit: number
  readonly used: number
  readonly held: number
  /** What this request asked of the limit. */
  readonly asked: number
  /** Wait in ms after which, without competing traffic, the same request is admitted; null: never. */
  readonly retryAfterMs: number | null
  readonly resetsAtMs: number | null
}

export interface Snapshot {
  readonly version: Version
  readonly incarnation: string
  readonly config: TenantConfig
  /** The record asked for by hash; null when there is none. */
  readonly key: { readonly hash: string; readonly record: KeyRecord } | null
}
