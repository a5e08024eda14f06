/** What the control plane stands on, and what each of its handlers is. */
import type { Handler } from 'hono'
import type { KeyHasher } from '../identify/pepper.ts'
import type { Store } from '../store/store.ts'
import type { Plans } from '../tenant/plan.ts'
import type { Authorize } from './authorize.ts'

export interface AdminDeps {
  readonly store: Store
  readonly plans: Plans
  /** Name of the plan of tenants that are created without one. */
  readonly defaultPlan: string
  readonly hasher: Pick<KeyHasher, 'hash'>
  readonly clock: { now(): number }
  readonly randomBytes: (count: number) => Uint8Array
  readonly authorize: Authorize
}

export interface AdminEnv {
  Variables: {
    /** Who acts, for the ledger. */
    actor: string
  }
}

export type AdminHandler = Handler<AdminEnv>
