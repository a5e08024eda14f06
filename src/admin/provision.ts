/**
 * Brings a tenant into being, in steps of which each may be the last before a crash: row in the
 * directory, account without access, then access and first key in one step. Whoever repeats it
 * completes what is half done; of several at once exactly one takes the last step.
 */
import { encodeBase64Url } from '../identify/base64url.ts'
import type { Snapshot } from '../account/commands.ts'
import type { Version } from '../account/records.ts'
import { Problem } from '../problem/problem.ts'
import { StoreUnavailable } from '../store/store.ts'
import { showTenant } from '../tenant/show.ts'
import type { TenantConfig } from '../tenant/tenant.ts'
import { mintNonce, periodsFor, writeChange } from './account.ts'
import type { AdminDeps } from './deps.ts'
import { repairDirectory, rowOf, updateDirectory } from './directory.ts'
import { DEFAULT_SCOPES, issueKey, showKey } from './issue-key.ts'

export interface Provisioned {
  readonly config: TenantConfig
  readonly version: Version
  readonly key: string
}

const INCARNATION_BYTES = 16
const FIRST_KEY_NAME = 'first key'

/** `config` as it is to begin, PROVISIONING. Throws Problem (409) when the slug is or was in use. */
export async function provision(
  deps: AdminDeps,
  actor: string,
  config: TenantConfig,
): Promise<Provisioned> {
  const { tenant } = config
  await claimRow(deps, config)
  const { key, change } = await issueKey(deps, tenant, {
    name: FIRST_KEY_NAME,
    user: null,
    scopes: DEFAULT_SCOPES,
    ip_allow: [],
    expires_at_ms: null,
  })
  const snapshot = await openAccount(deps, actor, config)
  const active: TenantConfig = { ...config, status: 'ACTIVE' }
  const note = {
    action: 'tenant.activate',
    before: showTenant(snapshot.config),
    after: { ...showTenant(active), first_key: showKey(change.record) },
  }
  const written = await writeChange(
    deps,
    { tenant, actor },
    snapshot,
    // The zone of a half-made account may be another one; the change brings its own periods then.
    { config: active, keys: [change], note },
  )
  if (written === null) throw taken(tenant)
  try {
    await updateDirectory(deps.store, active, written)
  } catch (error) {
    // The tenant stands, and this is the only answer that its key is ever in. The row is repaired
    // by the next look at the tenant.
    if (!(error instanceof StoreUnavailable)) throw error
  }
  return { config: active, version: written, key }
}

async function claimRow({ store }: AdminDeps, config: TenantConfig): Promise<void> {
  const registered = await store.directory.register(rowOf(config))
  switch (registered) {
    case 'registered':
      return
    case 'tombstoned':
      throw new Problem(
        'Conflict',
        `The id '${config.tenant}' was used before and is never issued again.`,
      )
    case 'exists': {
      const row = await store.directory.get(config.tenant)
      if (row?.status !== 'PROVISIONING') throw taken(config.tenant)
    }
  }
}

/** The account as this or an earlier attempt has made it, still without access. */
async function openAccount(
  deps: AdminDeps,
  actor: string,
  config: TenantConfig,
): Promise<Pick<Snapshot, 'config' | 'version'>> {
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
  if (reply.type === 'created') return { config, version: reply.version }
  const { snapshot } = reply
  if (snapshot.config.status === 'PROVISIONING') return snapshot
  await repairDirectory(store, snapshot.config, snapshot.version)
  throw taken(config.tenant)
}

function taken(tenant: string): Problem {
  return new Problem('Conflict', `The id '${tenant}' is taken.`, {
    param: 'id',
    remedy: 'Choose another id. If you made this tenant and lost the answer, make a key for it.',
  })
}
