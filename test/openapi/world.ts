// A gateway in which every operation of the reference can be asked and succeeds: its paths filled with
// what is there.
import { type Operation, operations } from '../../src/openapi/operations.ts'
import { ADMIN_TOKEN, openGateway } from '../support/fakes/gateway.ts'
import { scriptedFetch } from '../support/fakes/scripted-fetch.ts'

/** None of what the examples create. */
const TENANT = 'globex'
const PLAN = 'silver'

/** What an operation needs that its example does not say. */
const QUERY: Readonly<Record<string, string>> = {
  eraseTenant: 'force=true',
  checkOwnQuota: 'amount=1',
}

export const all = operations()

interface Extras {
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
}

export async function openWorld() {
  const gateway = openGateway({ upstream: scriptedFetch() })
  const quotas = { max_products: 1_000_000 }
  const { key } = await gateway.makeTenant({ id: TENANT, quotas })
  const made = await gateway.admin('POST', `/tenants/${TENANT}/keys`, {})
  const { id: keyId } = (await made.json()) as { id: string }
  const limits = { requests_per_minute: 9 }
  await gateway.admin('PUT', `/tenants/${TENANT}/users/ann`, { limits })
  await gateway.admin('POST', '/plans', { name: PLAN })
  const moved = await gateway.admin('POST', '/plans/move', { from: PLAN, to: 'pro' })
  const { job } = (await moved.json()) as { job: { id: string } }
  await gateway.quiet()

  const names: Readonly<Record<string, string>> = {
    tenants: TENANT,
    keys: keyId,
    users: 'ann',
    budgets: 'usd_per_day',
    plans: PLAN,
    jobs: job.id,
    quotas: 'max_products',
  }

  /** Asks with this body as JSON; without one where it is undefined. */
  async function ask(
    operation: Operation,
    body?: unknown,
    { query, headers = {} }: Extras = {},
  ): Promise<Response> {
    const { method, path, access, id } = operation
    const filled = path.replaceAll(/(\w+)\/:\w+/g, (_, kind: string) => `${kind}/${names[kind]}`)
    const asked = query ?? QUERY[id]
    const token = { admin: ADMIN_TOKEN, tenant: key, anyone: null }[access]
    const target = asked === undefined ? filled : `${filled}?${asked}`
    return gateway.send(target, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  /** So that there is something to give back. */
  await gateway.send('/tenant/quotas/max_products/acquire', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ amount: 1_000 }),
  })
  return { ask, gateway }
}

export type World = Awaited<ReturnType<typeof openWorld>>
