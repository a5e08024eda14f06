// The tenant that the benchmark calls as: every limit that there is stands and is counted, and none
// is ever reached.
import * as z from 'zod'

export const ADMIN_TOKEN = 'bench-admin-token'
/** Nothing secret: it protects keys that live for one run. */
export const KEY_PEPPERS = `v1=${Buffer.alloc(32, 1).toString('base64url')}`
export const TENANT = 'bench'

/** Over HTTP, or straight at an app in this process. */
export type Call = (path: string, init: RequestInit) => Promise<Response>

const NEVER_REACHED = 1_000_000_000
const EVERY_LIMIT = {
  requests_per_second: NEVER_REACHED,
  requests_per_minute: NEVER_REACHED,
  requests_per_hour: NEVER_REACHED,
  tokens_per_minute: NEVER_REACHED,
  user_requests_per_minute: NEVER_REACHED,
  key_requests_per_minute: NEVER_REACHED,
  tokens_per_day: NEVER_REACHED,
  tokens_per_month: NEVER_REACHED,
  usd_per_day: '100000',
  usd_per_month: '100000',
  max_concurrency: 10_000,
}
/** A write is reserved by its upper bound, and counted again only when no other is under way. */
const EVERY_QUOTA = {
  max_collections: NEVER_REACHED,
  max_vectors: 1_000_000 * NEVER_REACHED,
  max_storage: 1_000_000 * NEVER_REACHED,
}

const Created = z.looseObject({ key: z.string() })
const Usage = z.looseObject({ total: z.looseObject({ requests: z.int(), refused: z.int() }) })
export type Total = z.infer<typeof Usage>['total']

/** Makes the tenant, and a key that belongs to a user, so that the limits of both are in force. */
export async function createTenant(call: Call): Promise<string> {
  await admin(call, 201, 'POST', '', {
    id: TENANT,
    name: 'Bench',
    limits: EVERY_LIMIT,
    quotas: EVERY_QUOTA,
  })
  const answer = await admin(call, 201, 'POST', `/${TENANT}/keys`, { name: 'bench', user: 'bench' })
  return Created.parse(answer).key
}

/** What the ledger has of it. */
export async function settledTotal(call: Call): Promise<Total> {
  return Usage.parse(await admin(call, 200, 'GET', `/${TENANT}/usage`)).total
}

async function admin(
  call: Call,
  status: number,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await call(`/admin/tenants${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return JSON.parse(text)
}
