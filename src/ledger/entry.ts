/**
 * What the ledger remembers: one entry for each settled request, each control-plane action, each
 * cause of refusal a minute, and each quota that moved in a minute. Appended in the same atomic step as
 * the change it tells of.
 */

/** What a request cost. Tokens are whole, money is integer nano-USD. A correction may be negative. */
export interface Charge {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly nanoUsd: number
}

export const NO_CHARGE: Charge = { inputTokens: 0, outputTokens: 0, nanoUsd: 0 }

/** Who asked for what; fixed at admission, so that an expired hold can still be explained. */
export interface RequestContext {
  readonly requestId: string
  readonly upstream: string
  readonly operation: string
  readonly model: string | null
  readonly user: string | null
  readonly keyId: string | null
  readonly priceVersion: string
}

/** Where the figures of a settlement come from. */
export type Provenance = 'provider' | 'partial' | 'estimated' | 'hold_expired' | 'none'

/** How a request ended, as measured by the gateway; not used in any decision. */
export interface Outcome {
  readonly provenance: Provenance
  readonly status: number
  readonly ended: 'completed' | 'client_left' | 'upstream_failed' | 'fenced' | 'abandoned'
  readonly modelServed: string | null
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly reasoningTokens: number
  readonly latencyMs: number
  readonly bytesIn: number
  readonly bytesOut: number
}

/** The starts (epoch ms) of the periods that a charge belongs to, fixed at admission. */
export interface PeriodStarts {
  readonly day: number
  readonly month: number
}

interface Entry {
  /** 1, 2, 3, ... within one tenant, without gaps. */
  readonly seq: number
  readonly atMs: number
}

export interface RequestEntry extends Entry {
  /**
   * `settled` the usual end · `expired` charged by the sweep at the last checkpoint ·
   * `late` the difference to an expired charge · `hold_lost` the store had lost the hold ·
   * `abandoned` admitted, then given up before anything was sent · `unresolved` claims a charge
   * so late that neither hold nor mark is left: shown here, not charged.
   */
  readonly kind: 'settled' | 'expired' | 'late' | 'hold_lost' | 'abandoned' | 'unresolved'
  readonly holdId: string
  readonly context: RequestContext
  readonly periods: PeriodStarts
  readonly charge: Charge
  /** On `unresolved` alone: what was claimed. It is in no sum, and `charge` is zero. */
  readonly claimed?: Charge
  readonly outcome: Outcome | null
  /** Charge beyond what had been reserved, in nano-USD and tokens. */
  readonly overage: { readonly tokens: number; readonly nanoUsd: number }
}

export interface RefusalEntry extends Entry {
  readonly kind: 'refused'
  readonly reason: string
  /** Which limit refused, as the configuration calls it; null when none did. */
  readonly limit: string | null
  readonly minuteMs: number
  readonly count: number
}

/** A control-plane action. `before` and `after` never hold a key or its hash. */
export interface ControlEntry extends Entry {
  readonly kind: 'control'
  readonly actor: string
  readonly action: string
  readonly before: unknown
  readonly after: unknown
}

/** What has become of one named quota within a minute, and where it stood at the end of it. */
export interface QuotaEntry extends Entry {
  readonly kind: 'quota'
  readonly quota: string
  readonly minuteMs: number
  readonly acquired: number
  readonly released: number
  /** Given back because a lease had run out. */
  readonly expired: number
  readonly used: number
}

/** A budget that an operator has begun anew, in tokens or nano-USD, in the period that begins at `start`. */
export interface ResetEntry extends Entry {
  readonly kind: 'reset'
  readonly actor: string
  readonly budget: string
  readonly start: number
  readonly before: number
  readonly after: number
  readonly reason: string | null
}

export type LedgerEntry = RequestEntry | RefusalEntry | ControlEntry | QuotaEntry | ResetEntry

type WithoutSeq<T> = T extends unknown ? Omit<T, 'seq' | 'atMs'> : never
export type LedgerEntryBody = WithoutSeq<LedgerEntry>
