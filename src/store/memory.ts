/**
 * A Store that keeps everything in this process and forgets it at the end: for tests, and the model
 * that the others are measured by.
 */
import { MemoryAccount } from '../account/memory.ts'
import type { Clock } from '../clock.ts'
import type { TenantId } from '../tenant/slug.ts'
import { createMemoryDirectory } from './memory-directory.ts'
import type { Store } from './store.ts'
import { StrikeWindows } from './strike-windows.ts'

const MAX_WINDOWS = 10_000

export function createMemoryStore(clock: Pick<Clock, 'now'>): Store {
  const accounts = new Map<TenantId, MemoryAccount>()
  const windows = new StrikeWindows(MAX_WINDOWS)

  function account(tenant: TenantId): MemoryAccount {
    const known = accounts.get(tenant) ?? new MemoryAccount()
    accounts.set(tenant, known)
    return known
  }

  return {
    async run(tenant, command) {
      return account(tenant).run(command, clock.now())
    },
    async ledger(tenant, after, limit) {
      return account(tenant)
        .ledger.filter(({ seq }) => seq > after)
        .slice(0, limit)
    },
    directory: createMemoryDirectory(),
    strikes: {
      async strike(subject, windowMs) {
        return windows.strike(subject, windowMs, clock.now())
      },
    },
    async ping() {},
  }
}
