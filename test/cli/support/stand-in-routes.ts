// What the stand-in answers, by method and path; `:` is any segment.
import { type Answer, problem, type Received } from './stand-in-answer.ts'
import { AT, job, key, nextVersion, plan, type State, tenant } from './stand-in-state.ts'

type Handler = (state: State, received: Received, parts: readonly string[]) => Answer

const ok = (json: unknown, status = 200): Answer => ({ status, json })
const absent = (what: string): Answer => problem(404, 'Not found', { detail: `No ${what}.` })
const stale = (): Answer => problem(412, 'The resource has changed', { remedy: 'Read it again.' })

function isStale({ headers }: Received, version: string): boolean {
  const asked = headers['if-match']
  return asked !== undefined && asked !== `"${version}"`
}

function members(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

function startJob(state: State, kind: string) {
  const id = `job_${state.jobs.size + 1}`
  const made = job(id, kind, 3)
  state.jobs.set(id, made)
  return made
}

function quotas(state: State, id: string) {
  return Object.entries(state.tenants.get(id)?.quotas ?? {}).map(([name, max]) => {
    const used = state.used.get(name) ?? 0
    return { name, used, max, remaining: max === null ? null : max - used, high_water: used }
  })
}

const setStatus =
  (status: string): Handler =>
  (state, _, [id = '']) => {
    const found = state.tenants.get(id)
    if (found === undefined) return absent(`tenant ${id}`)
    Object.assign(found, { status, version: nextVersion(state) })
    return ok({ tenant: found, ...(status === 'ARCHIVED' && { purge_at: '2026-09-15T12:00:00Z' }) })
  }

const change: Handler = (state, received, [id = '']) => {
  const found = state.tenants.get(id)
  if (found === undefined) return absent(`tenant ${id}`)
  if (isStale(received, found.version)) return stale()
  const asked = members(received.body)
  for (const [name, value] of Object.entries(asked)) {
    const isGroup = name === 'limits' || name === 'quotas' || name === 'policy'
    if (isGroup) Object.assign(found[name], value)
    else found[name] = value
  }
  found.version = nextVersion(state)
  return ok({ tenant: found })
}

const usage: Handler = (_, { query }) => {
  if (query['format'] === 'csv') {
    return { status: 200, type: 'text/csv', text: 'day,cost_usd\r\n2026-06-16,0.25\r\n' }
  }
  const totals = { refused: 1, input_tokens: 900, output_tokens: 100, total_tokens: 1000 }
  const dimensions = (query['by'] ?? 'day').split(',')
  const group = (at: number, cost: string) => ({
    ...Object.fromEntries(
      dimensions.map((name) => [name, name === 'day' ? `2026-06-1${at}` : `${name}-${at}`]),
    ),
    requests: at,
    ...totals,
    cost_usd: cost,
  })
  return ok({
    tenant: 'acme',
    from: query['from'] ?? '2026-05-19',
    to: query['to'] ?? '2026-06-17',
    total: { requests: 13, ...totals, cost_usd: '1.25' },
    limits: [
      standing('requests_per_minute', 60, 6),
      {
        ...standing('usd_per_day', '10.00', '9.50'),
        kind: 'budget',
        held: '0.25',
        remaining: '0.25',
      },
    ],
    groups: [group(6, '0.25'), group(7, '1.00')],
  })
}

function standing(name: string, limit: unknown, used: unknown) {
  const rest = {
    scope: 'tenant',
    kind: 'rate',
    held: 0,
    remaining: 54,
    resets_at: AT,
    high_water: null,
  }
  return { name, limit, used, ...rest }
}

const ENTRIES = [
  {
    seq: 1,
    at: AT,
    kind: 'control',
    actor: 'admin-token',
    action: 'tenant.create',
    before: null,
    after: {},
  },
  { seq: 2, at: AT, kind: 'refused', reason: 'rate:requests_per_minute', count: 3, minute: AT },
  {
    seq: 3,
    at: AT,
    kind: 'settled',
    request_id: 'req_1',
    model: 'gpt-4o-mini',
    user: 'alice',
    total_tokens: 1234,
    cost_usd: '0.001',
  },
]

const ledger: Handler = (_, { query }) => {
  const after = Number(query['after'] ?? 0)
  const limit = Math.min(2, Number(query['limit'] ?? 2))
  const entries = ENTRIES.filter(({ seq }) => seq > after).slice(0, limit)
  const last = entries.at(-1)?.seq ?? ENTRIES.length
  return ok({ entries, next: last < ENTRIES.length ? last : null })
}

const createKey: Handler = (state, { body }) => {
  const id = `key_${state.keys.size + 1}`
  const made = key(id, members(body))
  state.keys.set(id, made)
  return ok({ ...made, key: `tg_acme_secret-of-${id}` }, 201)
}

const live: Handler = () => ({
  status: 200,
  type: 'text/event-stream',
  text: `: hello\n\nevent: usage\ndata: ${JSON.stringify(ENTRIES[2])}\n\n`,
})

export const routes: readonly (readonly [pattern: string, handle: Handler])[] = [
  [
    'GET /admin/tenants',
    (state, { query }) => {
      const ids = [...state.tenants.keys()].toSorted().filter((id) => id > (query['after'] ?? ''))
      const page = ids.slice(0, 2).flatMap((id) => state.tenants.get(id) ?? [])
      const rows = page.map(({ id, plan: name, status, created_at: at }) => ({
        id,
        plan: name,
        status,
        created_at: at,
      }))
      return ok({ tenants: rows, next: ids.length > 2 ? page.at(-1)?.id : null })
    },
  ],
  [
    'POST /admin/tenants',
    (state, { body }) => {
      const made = tenant(state, members(body))
      if (state.tenants.has(made.id)) return problem(409, 'Conflict with the present state')
      state.tenants.set(made.id, made)
      return ok({ tenant: made, key: `tg_${made.id}_first-key` }, 201)
    },
  ],
  [
    'GET /admin/tenants/:',
    (state, _, [id = '']) => {
      const found = state.tenants.get(id)
      return found === undefined ? absent(`tenant ${id}`) : ok({ tenant: found })
    },
  ],
  ['PATCH /admin/tenants/:', change],
  ['POST /admin/tenants/:/suspend', setStatus('SUSPENDED')],
  ['POST /admin/tenants/:/reactivate', setStatus('ACTIVE')],
  ['POST /admin/tenants/:/archive', setStatus('ARCHIVED')],
  [
    'DELETE /admin/tenants/:',
    (state, { query }, [id = '']) => {
      const found = state.tenants.get(id)
      if (found === undefined) return absent(`tenant ${id}`)
      if (found.status !== 'ARCHIVED' && query['force'] !== 'true') {
        return problem(409, 'Conflict with the present state', { detail: 'It is not ARCHIVED.' })
      }
      state.tenants.delete(id)
      const deleted = { keys: 1, ledger_entries: 3 }
      return ok({ receipt: { tenant: id, erased_at: AT, deleted, remaining: [] } })
    },
  ],
  ['GET /admin/tenants/:/keys', (state) => ok({ keys: [...state.keys.values()] })],
  ['POST /admin/tenants/:/keys', createKey],
  ['DELETE /admin/tenants/:/keys/:', () => ({ status: 204, json: null })],
  [
    'POST /admin/tenants/:/keys/:/rotate',
    (state, { body }, [, id = '']) => {
      const old = state.keys.get(id)
      if (old === undefined) return absent(`key ${id}`)
      const made = key(`${id}b`, { name: old['name'] })
      const grace = members(body)['grace_seconds'] ?? 86_400
      const replaces = { ...old, expires_at: AT, rotated_to: `${id}b`, grace }
      return ok({ ...made, key: `tg_acme_secret-of-${id}b`, replaces }, 201)
    },
  ],
  ['GET /admin/tenants/:/usage', usage],
  ['GET /admin/tenants/:/ledger', ledger],
  ['GET /admin/tenants/:/quotas', (state, _, [id = '']) => ok({ quotas: quotas(state, id) })],
  [
    'POST /admin/tenants/:/budgets/:/reset',
    (_, __, [, name]) =>
      ok({ limit: { ...standing(name ?? '', '10.00', '0.00'), kind: 'budget' } }),
  ],
  [
    'GET /admin/tenants/:/users/:',
    (state, _, [, id = '']) => {
      const limits = state.users.get(id) ?? {}
      const current = [
        { name: 'requests_per_minute', used: 2, limit: 5, remaining: 3, resets_at: AT },
      ]
      return ok({ user: { id, limits, current } })
    },
  ],
  [
    'PUT /admin/tenants/:/users/:',
    (state, { body }, [, id = '']) => {
      const limits = members(members(body)['limits'])
      state.users.set(id, limits)
      return ok({ user: { id, limits, current: [] } })
    },
  ],
  [
    'DELETE /admin/tenants/:/users/:',
    (state, _, [, id = '']) => {
      state.users.delete(id)
      return ok({ user: { id, limits: {}, current: [] } })
    },
  ],
  ['GET /admin/plans', (state) => ok({ plans: [...state.plans.values()] })],
  [
    'POST /admin/plans',
    (state, { body }) => {
      const made = plan(state, members(body))
      state.plans.set(made.name, made)
      return ok({ plan: made }, 201)
    },
  ],
  ['POST /admin/plans/move', (state) => ok({ job: startJob(state, 'plan.move') }, 202)],
  [
    'GET /admin/plans/:',
    (state, _, [name = '']) => {
      const found = state.plans.get(name)
      return found === undefined ? absent(`plan ${name}`) : ok({ plan: found })
    },
  ],
  [
    'PATCH /admin/plans/:',
    (state, received, [name = '']) => {
      const found = state.plans.get(name)
      if (found === undefined) return absent(`plan ${name}`)
      if (isStale(received, found.version)) return stale()
      Object.assign(found, members(received.body), { version: nextVersion(state) })
      return ok({ plan: found, job: startJob(state, 'plan.update') }, 202)
    },
  ],
  [
    'DELETE /admin/plans/:',
    (state, _, [name = '']) => {
      if (state.plans.get(name)?.protected) return problem(409, 'Conflict with the present state')
      return ok({ job: startJob(state, 'plan.delete') }, 202)
    },
  ],
  ['GET /admin/jobs', (state) => ok({ jobs: [...state.jobs.values()] })],
  [
    'GET /admin/jobs/:',
    (state, _, [id = '']) => {
      const found = state.jobs.get(id)
      if (found === undefined) return absent(`job ${id}`)
      const answered = ok({ job: { ...found } })
      found.done = Math.min(found.total, found.done + 1)
      if (found.done === found.total) found.status = 'done'
      return answered
    },
  ],
  [
    'GET /tenant',
    () =>
      ok({
        tenant: { id: 'acme', name: 'Acme Inc', status: 'ACTIVE', plan: 'pro' },
        caller: { credential: 'api-key', key_id: 'key_1', user: 'alice', scopes: ['*'], roles: [] },
      }),
  ],
  ['GET /tenant/usage', usage],
  ['GET /tenant/usage/live', live],
  ['GET /tenant/quotas', (state) => ok({ quotas: quotas(state, 'acme') })],
  [
    'GET /tenant/quotas/:',
    (state, { query }, [name]) => {
      const found = quotas(state, 'acme').filter((each) => each.name === name)
      const room = found[0]?.remaining ?? Infinity
      const amount = query['amount']
      return found.length === 0
        ? absent(`quota ${name ?? ''}`)
        : ok({ quotas: found, ...(amount !== undefined && { allowed: Number(amount) <= room }) })
    },
  ],
  [
    'POST /tenant/quotas/:/acquire',
    (state, { body }, [name = '']) => {
      const amount = Number(members(body)['amount'])
      const before = quotas(state, 'acme').find((each) => each.name === name)
      if (amount > (before?.remaining ?? Infinity)) {
        return problem(429, 'A quota is exhausted', { detail: 'It is full.', limit: name })
      }
      state.used.set(name, (state.used.get(name) ?? 0) + amount)
      const quota = quotas(state, 'acme').find((each) => each.name === name)
      return ok({ acquisition: { id: 'acq_1', amount, expires_at: null }, quota })
    },
  ],
  [
    'POST /tenant/quotas/:/release',
    (state, _, [name = '']) => {
      state.used.set(name, (state.used.get(name) ?? 0) - 1)
      return ok({ quota: quotas(state, 'acme').find((each) => each.name === name) })
    },
  ],
]
