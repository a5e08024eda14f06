/**
 * Looking at one tenant's account, and changing it: read, decide, write if nothing else was written
 * in between, else decide anew. So of concurrent changes none is lost, and each is noted once.
 */
import type { Snapshot } from '../account/answers.ts'
import type { ControlNote, KeyChange } from '../account/commands.ts'
import { WHOLE_TENANT } from '../account/limits/demand.ts'
import { periodTable } from '../account/limits/periods.ts'
import type { PeriodTable, Version } from '../account/records.ts'
import { NO_LIMITS } from '../config/built-in-plans.ts'
import { encodeBase64Url } from '../identify/base64url.ts'
import { viewCommand, type Viewed } from '../report/report.ts'
import { Problem } from '../problem/problem.ts'
import type { Store } from '../store/store.ts'
import type { TenantId } from '../tenant/slug.ts'
import type { TenantConfig } from '../tenant/tenant.ts'
import type { ControlDeps } from './deps.ts'

export interface AccountChange {
  readonly config?: TenantConfig
  readonly keys?: readonly KeyChange[]
  readonly note: Omit<ControlNote, 'actor'>
}

/** `change` null: everything is already as it was asked to be. */
export interface Decision<T> {
  readonly change: AccountChange | null
  readonly result: T
}

export interface Target {
  readonly tenant: TenantId
  readonly actor: string
  /** The `If-Match` header, when there is one. */
  readonly ifMatch?: string | undefined
}

export interface Changed<T> {
  readonly result: T
  readonly config: TenantConfig
  readonly version: Version
}

/** Of n writers one gets through in each round, so this many may write at the same moment. */
const MAX_ROUNDS = 32
const NONCE_BYTES = 12
/** The account asks for more by itself when it runs out. */
const PERIODS_AHEAD = { days: 8, months: 2 }

/** Throws Problem (404) when there is no such account. */
export async function viewAccount(store: Store, tenant: TenantId): Promise<Viewed> {
  const reply = await store.run(tenant, viewCommand({ limits: NO_LIMITS }, WHOLE_TENANT))
  if (reply.type === 'gone') throw noTenant(tenant)
  return reply
}

/**
 * Applies what `decide` makes of the account as it is; `decide` may be asked several times and must
 * have no effect. Throws Problem: 404, 412 when `If-Match` does not, 409 for a tenant whose
 * provisioning was never finished and when too many others write.
 */
export async function changeAccount<T>(
  deps: ControlDeps,
  target: Target,
  decide: (view: Viewed) => Decision<T> | Promise<Decision<T>>,
): Promise<Changed<T>> {
  const { tenant } = target
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const view = await viewAccount(deps.store, tenant)
    const { config, version } = view.snapshot
    demandMatch(target, version)
    if (config.status === 'PROVISIONING') {
      throw new Problem('Conflict', `The provisioning of tenant '${tenant}' was not finished.`, {
        remedy: 'Repeat the POST that creates it.',
      })
    }
    const { change, result } = await decide(view)
    if (change === null) return { result, config, version }
    const written = await writeChange(deps, target, view.snapshot, change)
    if (written !== null) return { result, config: change.config ?? config, version: written }
  }
  throw new Problem('Conflict', `Too many changes to tenant '${tenant}' at once.`, {
    retryable: true,
    retryAfterMs: 1_000,
  })
}

/** The new version, or null when another change came first. */
export async function writeChange(
  deps: ControlDeps,
  { tenant, actor }: Target,
  snapshot: Pick<Snapshot, 'config' | 'version'>,
  { config, keys = [], note }: AccountChange,
): Promise<Version | null> {
  const rezoned = config !== undefined && config.timezone !== snapshot.config.timezone
  const reply = await deps.store.run(tenant, {
    type: 'change',
    expected: snapshot.version,
    nonce: mintNonce(deps),
    ...(config === undefined ? {} : { config }),
    ...(rezoned ? { periods: periodsFor(deps, config.timezone) } : {}),
    keys,
    note: { actor, ...note },
  })
  switch (reply.type) {
    case 'changed':
      return reply.version
    case 'stale':
      return null
    case 'gone':
      throw noTenant(tenant)
  }
}

export function periodsFor({ clock }: ControlDeps, timezone: string): PeriodTable {
  return periodTable(timezone, clock.now(), PERIODS_AHEAD)
}

/** Random, and free of the dot that parts a version. */
export function mintNonce({ randomBytes }: ControlDeps): string {
  return encodeBase64Url(randomBytes(NONCE_BYTES))
}

export function noTenant(tenant: string): Problem {
  return new Problem('NotFound', `There is no tenant '${tenant}'.`)
}

/** Throws Problem (412) when the tenant is not in the version that `If-Match` names. */
export function demandMatch({ ifMatch }: Target, version: Version): void {
  if (isMatch(ifMatch, version)) return
  const detail = 'The tenant has changed since the version that If-Match names.'
  throw new Problem('PreconditionFailed', detail, {
    remedy: 'Read the tenant again and repeat the change on what it is now.',
  })
}

/** RFC 9110 section 13.1.1: strong comparison, any one of a list. A bare version will do as well. */
export function isMatch(ifMatch: string | undefined, version: string): boolean {
  if (ifMatch === undefined) return true
  const tags = ifMatch.split(',').map((tag) => tag.trim())
  return tags.some((tag) => tag === '*' || tag === version || tag === `"${version}"`)
}
