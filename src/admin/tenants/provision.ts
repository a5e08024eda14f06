/**
 * Brings a tenant into being, in steps of which each may be the last before a crash: row in the
 * directory, account without access, what it needs on vector services, then access and first key in one step. Whoever repeats it
 * completes what is half done; of several at once exactly one takes the last step.
 */
import type { Snapshot } from '../../account/answers.ts'
import type { Version } from '../../account/records.ts'
import { encodeBase64Url } from '../../identify/base64url.ts'
import type { KeyRecord } from '../../identify/api-key/key-record.ts'
import { Problem } from '../../problem/problem.ts'
import { StoreUnavailable } from '../../store/store.ts'
import { showTenant } from '../../tenant/show.ts'
import type { TenantConfig } from '../../tenant/tenant.ts'
import { mintNonce, noTenant, periodsFor, writeChange } from '../account.ts'
import type { AdminDeps } from '../deps.ts'
import { repairDirectory, rowOf, updateDirectory } from '../directory.ts'
import { DEFAULT_SCOPES, keyRecord, mint, type MintedKey, showKey } from '../keys/issue-key.ts'
import { tombstonesOf } from './tombstone.ts'

export interface Provisioned {
  readonly config: TenantConfig
  readonly version: Version
  readonly key: string
}

type Configured = Pick<Snapshot, 'config' | 'version'>

const INCARNATION_BYTES = 16
const FIRST_KEY_NAME = 'first key'
/** Jobs that change plans may come between; each round starts from what they have made of it. */
const MAX_ROUNDS = 8

/**
 * `configure` says how the tenant is to begin, PROVISIONING; it is asked again for the last step,
 * when the account is there for every job to see, so that no change of its plan is missed. Throws
 * Problem (409) when the slug is or was in use.
 */
export async function provision(
  deps: AdminDeps,
  actor: string,
  configure: () => Promise<TenantConfig>,
): Promise<Provisioned> {
  const config = await configure()
  const { tenant } = config
  const minted = await mint(deps, tenant)
  const { key } = minted
  if (!(await claimRow(deps, config))) return ownAlready(deps, config, minted)
  let made = await openAccount(deps, actor, config)
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    if (made.config.status !== 'PROVISIONING') return ownAlready(deps, config, minted)
    const placements = await deps.keeper.settleIn(made.config)
    const active: TenantConfig = { ...(await configure()), status: 'ACTIVE', placements }
    const record = firstKey(minted, deps.clock.now())
    const version = await activate(deps, actor, made, active, { hash: minted.hash, record })
    if (version !== null) {
      await tellDirectory(deps, active, version)
      return { config: active, version, key }
    }
    made = await loadAccount(deps, config)
  }
  throw taken(tenant)
}

function firstKey(minted: MintedKey, nowMs: number): KeyRecord {
  const terms = { name: FIRST_KEY_NAME, user: null, scopes: DEFAULT_SCOPES, ip_allow: [] }
  return keyRecord(minted, { ...terms, expires_at_ms: null }, nowMs)
}

/** Whether the row is this attempt's, or one that an earlier attempt has left half done. */
async function claimRow(deps: AdminDeps, config: TenantConfig): Promise<boolean> {
  const { directory } = deps.store
  const { tenant } = config
  switch (await directory.register(rowOf(config), await tombstonesOf(deps, tenant))) {
    case 'registered':
      return true
    case 'tombstoned':
      throw new Problem(
        'Conflict',
        `The id '${tenant}' was used before and is never issued again.`,
        {
          param: 'id',
          remedy: 'Choose another id.',
        },
      )
    case 'exists':
      return (await directory.get(tenant))?.status === 'PROVISIONING'
  }
}

/** The account as this or an earlier attempt has made it. */
async function openAccount(
  deps: AdminDeps,
  actor: string,
  config: TenantConfig,
): Promise<Configured> {
  const { store } = deps
  const reply = await store.run(config.tenant, {
    type: 'create',
    incarnation: encodeBase64Url(deps.randomBytes(INCARNATION_BYTES)),
    nonce: mintNonce(deps),
    config,
    keys: [],
    periods: periodsFor(deps, config.timezone),
    note: { actor, action: 'tenant.create', before: null, after: showTenant(config) },
  })
  return reply.type === 'created' ? { config, version: reply.version } : reply.snapshot
}

async function loadAccount({ store }: AdminDeps, { tenant }: TenantConfig): Promise<Configured> {
  const reply = await store.run(tenant, { type: 'load', version: null, keyHashes: [] })
  if (reply.type !== 'stale') throw noTenant(tenant)
  return reply.snapshot
}

/** Access and first key in one step; null when the account was changed in between. */
function activate(
  deps: AdminDeps,
  actor: string,
  made: Configured,
  active: TenantConfig,
  key: { readonly hash: string; readonly record: KeyRecord },
): Promise<Version | null> {
  const note = {
    action: 'tenant.activate',
    before: showTenant(made.config),
    after: { ...showTenant(active), first_key: showKey(key.record) },
  }
  // The zone of a half-made account may be another one; the change brings its own periods then.
  const change = { config: active, keys: [key], note }
  return writeChange(deps, { tenant: active.tenant, actor }, made, change)
}

async function tellDirectory(
  { store }: AdminDeps,
  active: TenantConfig,
  version: Version,
): Promise<void> {
  const { tenant } = active
  try {
    if (await updateDirectory(store, active, version)) return
  } catch (error) {
    // The tenant stands, and this is the only answer that its key is ever in. The row is repaired
    // by the next look at the tenant.
    if (!(error instanceof StoreUnavailable)) throw error
    return
  }
  // It was erased while it was being made: what was made after that must go as well.
  const [incarnation = ''] = version.split('.')
  await store.run(tenant, { type: 'erase', incarnation })
  throw noTenant(tenant)
}

/** A tenant that stands already, for the very request that has made it: it alone knows that key. */
async function ownAlready(
  { store }: AdminDeps,
  { tenant }: TenantConfig,
  { key, hash }: MintedKey,
): Promise<Provisioned> {
  const load = { type: 'load', version: null, keyHashes: [hash] } as const
  const reply = await store.run(tenant, load)
  if (reply.type !== 'stale') throw taken(tenant)
  const { config, version, key: found } = reply.snapshot
  await repairDirectory(store, config, version)
  if (found === null) throw taken(tenant)
  return { config, version, key }
}

function taken(tenant: string): Problem {
  return new Problem('Conflict', `The id '${tenant}' is taken.`, {
    param: 'id',
    remedy: 'Choose another id. If you made this tenant and lost the answer, make a key for it.',
  })
}
