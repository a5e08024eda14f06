/**
 * The published keys of one issuer, held for the isolate. Keys serve at once while fresh; then
 * they still serve while a new copy is fetched behind the request; past their last moment they
 * never do. Tokens with unknown keys, however many, make at most three fetches a minute.
 *
 * On Workers a request must not await a promise that another request began, so nothing pending is
 * shared here, only plain state: whoever needs a fetch under way looks again on a timer of its own.
 */
import { fetchJwks, JWKS_TIMEOUT_MS, type JwksAccess } from './jwks-fetch.ts'
import type { VerificationKey } from './jwk.ts'
import {
  matchingKeys,
  type KeyLookup,
  type KeySource,
  type WaitUntil,
  type WantedKey,
} from '../api-key/key-source.ts'

/** A key taken out of the set is refused at the latest this long after. */
const KEYS_MAX_AGE_MS = 600_000
/** So that keys in use still have more than 5 minutes to serve when their endpoint dies: 600 - 240 s. */
const KEYS_FRESH_MS = 240_000
/** Between the starts of two fetches: at most 3 in any 60 s, and a new key is seen within 30 s. */
const REFETCH_PAUSE_MS = 30_000
/** After one failure with no key to fall back on; two in a row wait the full pause. */
const FIRST_RETRY_PAUSE_MS = 10_000

const LOOK_AGAIN_MS = 25
/** Requests that may wait for a fetch under way; the rest are told at once to come again. */
const MAX_WAITING = 256

export interface RemoteKeyAccess extends JwksAccess {
  /** Epoch ms. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

interface Attempt {
  readonly startedMs: number
  outcome: 'running' | 'succeeded' | 'failed'
}

export class RemoteKeySource implements KeySource {
  readonly #url: string
  readonly #access: RemoteKeyAccess
  #held: { readonly keys: readonly VerificationKey[]; readonly fetchedMs: number } | null = null
  #attempt: Attempt | null = null
  #failuresInRow = 0
  #waiting = 0

  constructor(url: string, access: RemoteKeyAccess) {
    this.#url = url
    this.#access = access
  }

  async find(wanted: WantedKey, waitUntil: WaitUntil): Promise<KeyLookup> {
    const known = this.#lookUp(wanted)
    if (known === null) {
      await this.#refresh(waitUntil)
      return this.#lookUp(wanted) ?? this.#absence()
    }
    if (this.#ageMs() >= KEYS_FRESH_MS && this.#mayFetch()) waitUntil(this.#fetch())
    return known
  }

  async findNewer(wanted: WantedKey, waitUntil: WaitUntil): Promise<KeyLookup> {
    const before = this.#held
    await this.#refresh(waitUntil)
    const newer = this.#held === before ? null : this.#lookUp(wanted)
    return newer ?? this.#absence()
  }

  #lookUp(wanted: WantedKey): KeyLookup | null {
    if (this.#held === null || this.#ageMs() >= KEYS_MAX_AGE_MS) return null
    const keys = matchingKeys(this.#held.keys, wanted)
    if (keys.length === 0) return null
    return { ok: true, keys, trustedUntilMs: this.#held.fetchedMs + KEYS_MAX_AGE_MS }
  }

  /** Only a key set that was just seen can say that a key does not exist. */
  #absence(): KeyLookup {
    const isCurrent = this.#attempt?.outcome === 'succeeded'
    return { ok: false, reason: isCurrent ? 'unknown_key' : 'keys_unavailable' }
  }

  async #refresh(waitUntil: WaitUntil): Promise<void> {
    if (!this.#mayFetch()) return this.#waitForRunning()
    const fetching = this.#fetch()
    // Others look for its result, so it must outlive a client that hangs up.
    waitUntil(fetching)
    await fetching
  }

  async #waitForRunning(): Promise<void> {
    if (this.#waiting >= MAX_WAITING) return
    this.#waiting += 1
    try {
      while (this.#isRunning()) await this.#access.sleep(LOOK_AGAIN_MS)
    } finally {
      this.#waiting -= 1
    }
  }

  /** Past its time-out an attempt counts as lost with the request that began it. */
  #isRunning(): boolean {
    if (this.#attempt?.outcome !== 'running') return false
    return this.#access.now() - this.#attempt.startedMs < JWKS_TIMEOUT_MS + LOOK_AGAIN_MS
  }

  #mayFetch(): boolean {
    if (this.#attempt === null) return true
    const hasNothing = this.#ageMs() >= KEYS_MAX_AGE_MS
    const soon = hasNothing && this.#attempt.outcome !== 'succeeded' && this.#failuresInRow <= 1
    const pauseMs = soon ? FIRST_RETRY_PAUSE_MS : REFETCH_PAUSE_MS
    return this.#access.now() - this.#attempt.startedMs >= pauseMs
  }

  async #fetch(): Promise<void> {
    const attempt: Attempt = { startedMs: this.#access.now(), outcome: 'running' }
    this.#attempt = attempt
    const keys = await fetchJwks(this.#url, this.#access)
    attempt.outcome = keys === null ? 'failed' : 'succeeded'
    this.#failuresInRow = keys === null ? this.#failuresInRow + 1 : 0
    // An answer that was overtaken by a later one must not bring removed keys back.
    if (keys !== null && attempt.startedMs >= (this.#held?.fetchedMs ?? 0)) {
      this.#held = { keys, fetchedMs: attempt.startedMs }
    }
  }

  #ageMs(): number {
    return this.#held === null ? Infinity : this.#access.now() - this.#held.fetchedMs
  }
}
