/**
 * Puts the service's own figures where a write has left its upper bound. A count is worth nothing when
 * a write overlapped it; then it is made again, a few times, and else left to the next occasion.
 */
import { type Clock, sleep } from '../../clock.ts'
import { toHex } from '../../hex.ts'
import type { RandomBytes } from '../../random.ts'
import type { Store } from '../../store/store.ts'
import type { TenantId } from '../../tenant/slug.ts'
import type { KnownTenant } from '../../tenant/snapshot.ts'
import { UNSURE_MS } from '../../account/constants.ts'
import type { StockRecord } from '../../account/records.ts'
import type { Counted } from './adapter.ts'
import type { Home } from './placement.ts'
import type { VectorCall } from './route.ts'
import type { OpenHome } from './services.ts'

export interface RecountDeps {
  readonly store: Pick<Store, 'run'>
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly openHome: OpenHome
}

type Incarnation = Pick<KnownTenant, 'incarnation'>

interface Later {
  readonly home: Home
  readonly name: string
  readonly known: Incarnation
  readonly dueMs: number
}

/** Waits between counts of a place that is being written to. */
const AGAIN_AFTER_MS = [500, 2_000, 8_000]
/** A tenant at its limit has no more than one count in this time before it is refused. */
const REFUSAL_SPACING_MS = 2_000
const MAX_REMEMBERED = 10_000
/** The account's clock need not be this isolate's. */
const AFTER_UNSURE_MS = 2_000

/** `unsure`: a write has ended of late that may not be done, or not be counted, at the service. */
export type Recounted = 'recounted' | 'overlapped' | 'unsure' | 'gone'

/** One count of one place. Throws Problem when the service does not answer. */
export async function recountPlace(
  { store, randomBytes, openHome }: RecountDeps,
  home: Home,
  name: string,
  { incarnation }: Incarnation,
): Promise<Recounted> {
  const { upstream, space } = home
  const place = `${upstream.name}/${name}`
  const stock = await store.run(space.tenant, { type: 'stock' })
  if (stock.type === 'gone') return 'gone'
  const record = stock.places.find((known) => known.place === place)?.record
  if (record !== undefined && record.open > 0) return 'overlapped'
  if (record !== undefined && record.unsureMs + UNSURE_MS > stock.nowMs) return 'unsure'
  const { service } = openHome(home)
  const { adapter, settings } = upstream
  const counted = await adapter.keeping.count(service, name, { space, settings })
  const reply = await store.run(space.tenant, {
    type: 'recount',
    incarnation,
    place,
    seen: record === undefined ? null : { epoch: record.epoch, writes: record.writes },
    found: counted === null ? null : { ...counted, bytes: bytesOf(record, counted) },
    epoch: `found_${toHex(randomBytes(16))}`,
  })
  return reply.type
}

/**
 * No service tells the bytes of a collection. What writes have brought is an upper bound of its
 * points; the same share of it stays as of them.
 */
function bytesOf(record: StockRecord | undefined, { vectors }: Counted): number {
  if (vectors === 0) return 0
  if (record === undefined || record.vectors === 0) return record?.bytes ?? 0
  return Number((BigInt(record.bytes) * BigInt(vectors)) / BigInt(record.vectors))
}

export class Recounter {
  readonly #deps: RecountDeps
  /** Places that are being counted in this isolate, and whether they are to be again after that. */
  readonly #running = new Map<string, { again: boolean }>()
  readonly #askedAtMs = new Map<string, number>()
  /** Places, by tenant, that are to be counted when what is unsure of them has had its time. */
  readonly #later = new Map<TenantId, Map<string, Later>>()

  constructor(deps: RecountDeps) {
    this.#deps = deps
  }

  /** Counts a place until it is right or given up; several that ask for the same wait for one. */
  async afterWrite(home: Home, name: string, known: Incarnation): Promise<void> {
    const id = `${home.space.tenant}|${home.upstream.name}/${name}`
    const running = this.#running.get(id)
    if (running !== undefined) {
      running.again = true
      return
    }
    const turn = { again: false }
    this.#running.set(id, turn)
    try {
      for (const waitMs of [...AGAIN_AFTER_MS, null]) {
        turn.again = false
        const result = await this.#count(home, name, known)
        if (result === 'unsure') return this.#putOff(home, name, known)
        if ((result !== 'overlapped' && !turn.again) || waitMs === null) return
        await sleep(this.#deps.clock, waitMs)
      }
    } finally {
      this.#running.delete(id)
    }
  }

  /** Counts what was put off and has had its time; the tenant's own requests are the occasion. */
  async whatIsDue(tenant: TenantId): Promise<void> {
    const nowMs = this.#deps.clock.now()
    const later = this.#later.get(tenant)
    for (const [id, { home, name, known, dueMs }] of later ?? []) {
      if (dueMs > nowMs) continue
      later?.delete(id)
      await this.afterWrite(home, name, known)
    }
    if (later?.size === 0) this.#later.delete(tenant)
  }

  #putOff(home: Home, name: string, known: Incarnation): void {
    const { tenant } = home.space
    if (this.#later.size >= MAX_REMEMBERED) this.#later.clear()
    const later = this.#later.get(tenant) ?? new Map<string, Later>()
    const dueMs = this.#deps.clock.now() + UNSURE_MS + AFTER_UNSURE_MS
    this.#later.set(
      tenant,
      later.set(`${home.upstream.name}/${name}`, { home, name, known, dueMs }),
    )
  }

  /** A service that does not answer has told as little as one that was overtaken. */
  #count(home: Home, name: string, known: Incarnation): Promise<Recounted> {
    return recountPlace(this.#deps, home, name, known).catch(() => 'overlapped' as const)
  }

  /** Whether a refusal that came now would have places counted. */
  isDueBeforeRefusal({ upstream, plan }: VectorCall, tenant: TenantId): boolean {
    const askedAtMs = this.#askedAtMs.get(`${tenant}|${upstream.name}`) ?? -Infinity
    return plan.recount.length > 0 && this.#deps.clock.now() - askedAtMs >= REFUSAL_SPACING_MS
  }

  /** Whether a count has changed anything, so that asking once more is worth it. */
  async beforeRefusal(call: VectorCall, tenant: TenantId, known: Incarnation): Promise<boolean> {
    if (!this.isDueBeforeRefusal(call, tenant)) return false
    if (this.#askedAtMs.size >= MAX_REMEMBERED) this.#askedAtMs.clear()
    this.#askedAtMs.set(`${tenant}|${call.upstream.name}`, this.#deps.clock.now())
    const counts = call.plan.recount.map((name) => this.#count(call, name, known))
    return (await Promise.all(counts)).includes('recounted')
  }
}
