/** What the control plane stands on, and what each of its handlers is. */
import type { Context } from 'hono'
import type { KeyHasher } from '../identify/api-key/pepper.ts'
import type { Store } from '../store/store.ts'
import type { Plans } from '../tenant/plan.ts'
import type { Keeper } from '../upstream/vector/keeper.ts'
import type { Authorize } from './authorize.ts'

/** What its work stands on, whoever asks for it: a request, or the cron trigger. */
export interface ControlDeps {
  readonly store: Store
  /** Those that need no store: built in, or in the configuration. */
  readonly plans: Plans
  /** Name of the plan of tenants that are created without one. */
  readonly defaultPlan: string
  readonly hasher: Pick<KeyHasher, 'hash' | 'keyedHash'>
  /** What the tenant has, and needs, on vector services. */
  readonly keeper: Pick<Keeper, 'settleIn' | 'clear' | 'recountAll' | 'remaining'>
  readonly clock: { now(): number }
  readonly randomBytes: (count: number) => Uint8Array
}

export interface AdminDeps extends ControlDeps {
  readonly authorize: Authorize
}

export interface AdminEnv {
  Variables: {
    /** Who acts, for the ledger. */
    actor: string
  }
}

export type AdminHandler = (c: Context<AdminEnv>) => Promise<Response>
