// What the stand-in starts with: one tenant with a key, the plans, a job that is on its way.

type Members = Record<string, unknown>

export interface StandInTenant extends Members {
  id: string
  status: string
  version: string
  limits: Members
  quotas: Record<string, number | null>
  policy: Members
}

export interface State {
  tenants: Map<string, StandInTenant>
  plans: Map<string, Members & { name: string; version: string; protected: boolean }>
  keys: Map<string, Members>
  jobs: Map<string, Members & { done: number; total: number; status: string }>
  users: Map<string, Members>
  /** Acquired of a quota. */
  used: Map<string, number>
  versions: number
}

export const AT = '2026-06-17T12:00:00.000Z'

export function seededState(): State {
  const state: State = {
    tenants: new Map(),
    plans: new Map(),
    keys: new Map(),
    jobs: new Map(),
    users: new Map(),
    used: new Map([['max_collections', 4]]),
    versions: 0,
  }
  state.tenants.set('acme', tenant(state, { id: 'acme', name: 'Acme Inc', plan: 'pro' }))
  for (const name of ['free', 'starter', 'pro', 'unlimited']) {
    state.plans.set(
      name,
      plan(state, { name, origin: 'built_in', protected: name === 'unlimited' }),
    )
  }
  state.keys.set('key_1', key('key_1', { name: 'first' }))
  state.jobs.set('job_1', job('job_1', 'plan.update', 3))
  return state
}

export function nextVersion(state: State): string {
  state.versions += 1
  return `1.${state.versions}.nonce`
}

export function tenant(state: State, members: Members): StandInTenant {
  return {
    id: '',
    name: 'Unnamed',
    status: 'ACTIVE',
    plan: 'free',
    timezone: 'UTC',
    retention_days: 90,
    created_at: AT,
    metadata: {},
    ...members,
    limits: { requests_per_minute: 60, usd_per_day: '10.00', ...object(members['limits']) },
    quotas: { max_collections: 10, max_products: 100, ...numbers(members['quotas']) },
    policy: { allowed_models: ['*'], low_budget: 'refuse', ...object(members['policy']) },
    version: nextVersion(state),
  }
}

export function plan(state: State, members: Members) {
  return {
    name: 'unnamed',
    origin: 'custom',
    protected: false,
    ...members,
    limits: { requests_per_minute: 60, tokens_per_day: null, ...object(members['limits']) },
    quotas: { ...numbers(members['quotas']) },
    policy: { ...object(members['policy']) },
    features: { ...object(members['features']) },
    version: nextVersion(state),
  }
}

export function key(id: string, members: Members): Members {
  return {
    id,
    name: 'key',
    user: null,
    scopes: ['*'],
    ip_allow: [],
    created_at: AT,
    expires_at: null,
    revoked_at: null,
    rotated_to: null,
    last_used_at: null,
    ...members,
  }
}

export function job(id: string, kind: string, total: number) {
  const times = { created_at: AT, updated_at: AT }
  return { id, kind, status: 'running', total, done: 1, failed: [], ...times }
}

function object(value: unknown): Members {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function numbers(value: unknown): Record<string, number | null> {
  return object(value) as Record<string, number | null>
}
