/**
 * The one settlement of one admission. It is asked for once, whatever ends the request, and repeated
 * until the store has answered: repetition is harmless there. If it never arrives, the lease runs out
 * and the sweep charges the last checkpoint.
 */
import { type Clock, sleep } from '../clock.ts'
import type { Charge, Outcome } from '../ledger/entry.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import type { TenantId } from '../tenant/slug.ts'
import type { Receipt } from '../account/commands.ts'
import type { StockVerdict } from '../account/stock-commands.ts'

/** Waits between tries; together they stay within the 30 s that Workers allow after the client is gone. */
const RETRY_AFTER_MS = [200, 1_000, 3_000, 6_000, 9_000]

export interface SettlementDeps {
  readonly store: Store
  readonly tenant: TenantId
  readonly receipt: Receipt
  readonly clock: Clock
  readonly log: Log
}

/** How a request ended. */
export interface Ended {
  readonly charge: Charge
  readonly outcome: Outcome
  readonly stock: StockVerdict | undefined
}

export async function settleSurely(deps: SettlementDeps, ended: Ended): Promise<void> {
  const { charge, outcome, stock } = ended
  const { store, tenant, receipt, log } = deps
  const about = { tenant, request_id: receipt.context.requestId, hold: receipt.holdId }
  const reply = await repeat(deps.clock, () =>
    store.run(tenant, {
      type: 'settle',
      receipt,
      charge,
      outcome,
      ...(stock === undefined ? {} : { stock }),
    }),
  )
  if (reply === null) log.error('settle_failed', { ...about, ...charge })
  else if (reply.type === 'unresolved') log.error('settle_unresolved', { ...about, ...charge })
}

/** Gives up on an admission whose answer never came; leaves a mark for it to find. */
export async function abandonSurely(
  store: Store,
  clock: Clock,
  tenant: TenantId,
  hold: { readonly holdId: string; readonly incarnation: string },
): Promise<void> {
  await repeat(clock, () => store.run(tenant, { type: 'abandon', ...hold }))
}

async function repeat<T>(clock: Clock, run: () => Promise<T>): Promise<T | null> {
  for (const waitMs of [...RETRY_AFTER_MS, null]) {
    try {
      return await run()
    } catch {
      if (waitMs === null) return null
      await sleep(clock, waitMs)
    }
  }
  return null
}
