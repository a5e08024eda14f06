/**
 * Keeps a hold alive while its request runs, and fences the holder itself: when the lease, counted
 * from the sending of the last acknowledged renewal, is about to run out, or the account says that
 * the hold is gone, the request is cut, so that it never runs on unpaid.
 */
import type { Clock } from '../clock.ts'
import type { Charge } from '../ledger/entry.ts'
import type { Store } from '../store/store.ts'
import type { TenantId } from '../tenant/slug.ts'
import type { Receipt } from '../account/commands.ts'

/** A lease is given up this long before the store may sweep it. */
const MARGIN_MS = 5_000
/** Renewals are sent at a third of the lease, so that two may fail. */
const RENEWALS_PER_LEASE = 3
const RETRY_MS = 2_000

export interface LeaseDeps {
  readonly store: Store
  readonly tenant: TenantId
  readonly receipt: Receipt
  readonly clock: Clock
  /** The charge if the request ended now; null before anything is known. Each renewal carries it. */
  readonly checkpoint: () => Charge | null
}

export class Lease {
  readonly #deps: LeaseDeps
  readonly #lost = new AbortController()
  #stopped = false
  /** Infinity while a renewal is under way. */
  #renewAtMs = Infinity
  #fenceAtMs = Infinity
  /** One timer for both, since most requests end before either rings. */
  #cancelTimer: () => void = () => undefined

  /** `sentAtMs` is when the admission was sent: the store's lease cannot have begun earlier. */
  constructor(deps: LeaseDeps, sentAtMs: number, leaseMs: number) {
    this.#deps = deps
    this.#arm(sentAtMs, leaseMs)
  }

  /** Aborted when the hold can no longer be vouched for. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** No renewal is sent after this. */
  stop(): void {
    this.#stopped = true
    this.#cancelTimer()
  }

  #arm(sentAtMs: number, leaseMs: number): void {
    this.#fenceAtMs = sentAtMs + leaseMs - MARGIN_MS
    this.#renewIn(leaseMs / RENEWALS_PER_LEASE)
  }

  #renewIn(ms: number): void {
    this.#renewAtMs = this.#deps.clock.now() + ms
    this.#setTimer()
  }

  #setTimer(): void {
    this.#cancelTimer()
    const { clock } = this.#deps
    const isFence = this.#fenceAtMs <= this.#renewAtMs
    const atMs = isFence ? this.#fenceAtMs : this.#renewAtMs
    const ring = () => (isFence ? this.#lose() : void this.#renew())
    this.#cancelTimer = clock.after(Math.max(0, atMs - clock.now()), ring)
  }

  #lose(): void {
    this.stop()
    this.#lost.abort()
  }

  async #renew(): Promise<void> {
    this.#renewAtMs = Infinity
    this.#setTimer()
    const { store, tenant, receipt, clock, checkpoint } = this.#deps
    const sentAtMs = clock.now()
    try {
      const reply = await store.run(tenant, {
        type: 'renew',
        holdId: receipt.holdId,
        incarnation: receipt.incarnation,
        checkpoint: checkpoint(),
      })
      if (this.#stopped) return
      if (reply.type === 'gone') this.#lose()
      else this.#arm(sentAtMs, reply.leaseMs)
    } catch {
      // Outcome unknown: the fence still stands where the last acknowledged renewal put it.
      if (!this.#stopped) this.#renewIn(RETRY_MS)
    }
  }
}
