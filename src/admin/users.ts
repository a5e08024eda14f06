/**
 * GET /tenants/{id}/users, and GET, PUT, DELETE /tenants/{id}/users/{user}: limits of single users in
 * the place of the tenant's default, and where each stands now. They are part of the tenant's
 * configuration, so a change governs the very next request.
 */
import type { Context } from 'hono'
import { limitDemands, WHOLE_TENANT } from '../account/limits/demand.ts'
import { NO_LIMITS } from '../config/built-in-plans.ts'
import { UserId } from '../identify/user-id.ts'
import { standing } from '../report/standings.ts'
import { viewCommand, type Viewed } from '../report/report.ts'
import { closedObject } from '../input/closed-object.ts'
import { Problem } from '../problem/problem.ts'
import type { Store } from '../store/store.ts'
import type { TenantId } from '../tenant/slug.ts'
import { MAX_USERS, type TenantConfig, UserLimits } from '../tenant/tenant.ts'
import { changeAccount, noTenant, viewAccount } from './account.ts'
import type { AdminDeps, AdminEnv, AdminHandler } from './deps.ts'
import { readJson } from '../input/read-json.ts'
import type { ShownUser, UserAnswer, UserList } from './shown.ts'
import { tenantOf } from './tenants/tenant-response.ts'

export const UserInput = closedObject({ limits: closedObject(UserLimits.shape) })

export function listUsers({ store }: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const { snapshot } = await viewAccount(store, tenant)
    const users = snapshot.config.users ?? []
    const shown = await showUsers(
      store,
      tenant,
      snapshot.config,
      users.map(({ id }) => id),
    )
    return c.json({ users: shown } satisfies UserList)
  }
}

export function getUser({ store }: AdminDeps): AdminHandler {
  return async (c) => {
    const [tenant, user] = [tenantOf(c), userOf(c)]
    const { snapshot } = await viewAccount(store, tenant)
    const shown = await showUser(store, tenant, snapshot.config, user)
    return c.json({ user: shown } satisfies UserAnswer)
  }
}

/** Replaces all that was set for this user. */
export function putUser(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const { limits } = await readJson(UserInput, c.req.raw)
    return setUser(deps, c, limits)
  }
}

/** The tenant's default is in force again. Repeating it changes nothing. */
export function deleteUser(deps: AdminDeps): AdminHandler {
  return (c) => setUser(deps, c, null)
}

async function setUser(
  deps: AdminDeps,
  c: Context<AdminEnv>,
  limits: UserLimits | null,
): Promise<Response> {
  const [tenant, user] = [tenantOf(c), userOf(c)]
  const target = { tenant, actor: c.var.actor, ifMatch: c.req.header('if-match') }
  const { config } = await changeAccount(deps, target, ({ snapshot }) => {
    const users = snapshot.config.users ?? []
    const before = users.find(({ id }) => id === user)?.limits ?? null
    if (JSON.stringify(before) === JSON.stringify(limits)) return { change: null, result: null }
    const others = users.filter(({ id }) => id !== user)
    const next = limits === null ? others : [...others, { id: user, limits }]
    if (next.length > MAX_USERS) {
      throw new Problem('Conflict', `Tenant '${tenant}' has ${MAX_USERS} users with own limits.`, {
        remedy: 'Delete one of them first, or raise user_requests_per_minute for all.',
      })
    }
    const note = {
      action: limits === null ? 'user.reset' : 'user.update',
      before: { user, limits: before },
      after: { user, limits },
    }
    return { change: { config: { ...snapshot.config, users: next }, note }, result: null }
  })
  const shown = await showUser(deps.store, tenant, config, user)
  return c.json({ user: shown } satisfies UserAnswer)
}

/** The user that the path names. Throws Problem (400) for what can be nobody's id. */
function userOf(c: Context<AdminEnv>): string {
  const parsed = UserId.safeParse(c.req.param('user'))
  if (parsed.success) return parsed.data
  throw new Problem('MalformedRequest', 'The path names no user.', { param: 'user' })
}

async function showUser(
  store: Store,
  tenant: TenantId,
  config: TenantConfig,
  user: string,
): Promise<ShownUser> {
  const [shown] = await showUsers(store, tenant, config, [user])
  if (shown === undefined) throw new RangeError('one user was asked about')
  return shown
}

/** All of them in one look at the account. */
async function showUsers(
  store: Store,
  tenant: TenantId,
  config: TenantConfig,
  users: readonly string[],
): Promise<ShownUser[]> {
  const asked = users.map((user) => ({ user, rates: ratesOf(config, user) }))
  const view = await store.run(tenant, {
    ...viewCommand({ limits: NO_LIMITS }, WHOLE_TENANT),
    rates: asked.flatMap(({ rates }) => rates.map((rate) => ({ ...rate, base: 0, unit: 0 }))),
  })
  if (view.type === 'gone') throw noTenant(tenant)
  return asked.map(({ user, rates }) => ({
    id: user,
    limits: config.users?.find(({ id }) => id === user)?.limits ?? {},
    current: currentOf(
      view,
      rates.map(({ id }) => id),
    ),
  }))
}

/** The windows of this user alone, none of the tenant's. */
function ratesOf({ limits, users }: TenantConfig, user: string) {
  const own = { ...NO_LIMITS, user_requests_per_minute: limits.user_requests_per_minute }
  return limitDemands(own, { user, keyId: null }, users).rates
}

function currentOf({ meters }: Viewed, ids: readonly string[]) {
  return meters
    .filter(({ id, kind }) => kind === 'rate' && ids.includes(id))
    .map((meter) => {
      const { name, limit, used, remaining, resets_at } = standing(meter, null)
      return { name, limit, used, remaining, resets_at }
    })
}
