/**
 * Spares a store that is down. When one tenant's account has failed to answer several times in a row,
 * what would begin a request is refused without asking, but for one probe now and then: a caller is
 * told at once instead of after the deadline, nothing is left behind to be undone, and the store is not
 * met by a crowd when it is back. What ends a request (settle, renew, abandon, ...) is always asked.
 */
import type { AccountCommand, ReplyTo } from '../account/commands.ts'
import type { Clock } from '../clock.ts'
import type { TenantId } from '../tenant/slug.ts'
import { type Store, StoreUnavailable } from './store.ts'

const FAILURES_IN_A_ROW = 3
const PROBE_EVERY_MS = 500
/** So that an outage for many tenants cannot grow the memory of an isolate. */
const MOST_TENANTS = 10_000

const BEGINNINGS: ReadonlySet<AccountCommand['type']> = new Set(['admit', 'load', 'refuse'])

interface Trouble {
  failures: number
  nextProbeMs: number
}

export function failFast(store: Store, clock: Pick<Clock, 'now'>): Store {
  const troubles = new Map<TenantId, Trouble>()

  function note(tenant: TenantId): void {
    const trouble = troubles.get(tenant) ?? { failures: 0, nextProbeMs: 0 }
    trouble.failures += 1
    trouble.nextProbeMs = clock.now() + PROBE_EVERY_MS
    if (troubles.size < MOST_TENANTS || troubles.has(tenant)) troubles.set(tenant, trouble)
  }

  function mayAsk(tenant: TenantId): boolean {
    const trouble = troubles.get(tenant)
    if (trouble === undefined || trouble.failures < FAILURES_IN_A_ROW) return true
    if (clock.now() < trouble.nextProbeMs) return false
    // This one is the probe; the next waits for its turn whatever becomes of it.
    trouble.nextProbeMs = clock.now() + PROBE_EVERY_MS
    return true
  }

  async function run<C extends AccountCommand>(tenant: TenantId, command: C): Promise<ReplyTo<C>> {
    if (BEGINNINGS.has(command.type) && !mayAsk(tenant)) {
      throw new StoreUnavailable('the store has not answered lately', { sent: false })
    }
    try {
      const reply = await store.run(tenant, command)
      troubles.delete(tenant)
      return reply
    } catch (error) {
      if (error instanceof StoreUnavailable) note(tenant)
      throw error
    }
  }

  return { ...store, run }
}
