/**
 * Named quotas as commands: take some of a level, give it back. Both are decided on a snapshot and
 * compare its version, as an admission does, so that a limit that was lowered governs the next one.
 */
import type { Refusal, Snapshot } from './answers.ts'
import type { Version } from './records.ts'

interface OnSnapshot {
  readonly version: Version
  /** Of the caller's API key, for the record in a `stale` answer; empty for tokens. */
  readonly keyHashes: readonly string[]
  readonly keyExpiresAtMs: number | null
  readonly quota: string
}

export interface AcquireCommand extends OnSnapshot {
  readonly type: 'acquire'
  /** The quota's limit in that version; null: unlimited. */
  readonly limit: number | null
  /** Whole, at least 1. */
  readonly amount: number
  /** Who holds it (see acquisition-id.ts); null: nobody in particular, so that a repetition counts again. */
  readonly holder: string | null
  /** After this the acquisition ends by itself; null: never. Needs a holder. */
  readonly leaseMs: number | null
}

export interface ReleaseCommand extends OnSnapshot {
  readonly type: 'release'
  /** Whose acquisition ends; with an `amount`, under what id the release itself is remembered. */
  readonly holder: string | null
  /** null: all that the holder has. */
  readonly amount: number | null
  /** Whether a mark stays, so that the id cannot be acquired anew; a set's member can. An amount leaves one always. */
  readonly leavesMark: boolean
}

/** Where a level stands after the command. */
export interface LevelReading {
  readonly used: number
  readonly highWater: number
}

/** As it is told at every repetition, whatever has become of it. */
export interface Acquisition {
  readonly amount: number
  readonly expiresAtMs: number | null
  readonly state: 'held' | 'released' | 'expired'
}

type Common =
  | { readonly type: 'stale'; readonly snapshot: Snapshot }
  | { readonly type: 'gone' }
  | { readonly type: 'key_expired' }
  /** The id was used for another amount, or with a lease and without. */
  | { readonly type: 'mismatch' }
  /** As many ids are remembered as may be. */
  | { readonly type: 'crowded' }

export type AcquireReply =
  | {
      readonly type: 'acquired'
      readonly acquisition: Acquisition
      readonly level: LevelReading
      readonly repeated: boolean
    }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | Common

export type ReleaseReply =
  | {
      readonly type: 'released'
      readonly amount: number
      readonly level: LevelReading
      readonly repeated: boolean
    }
  /** No acquisition of this id is held, and none has been of late. */
  | { readonly type: 'not_acquired' }
  /** More was to be released than is used. */
  | { readonly type: 'not_used'; readonly level: LevelReading }
  | Common
