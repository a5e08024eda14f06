// The control plane as the tests use it: over HTTP like anyone, answers checked against what the
// documentation says. Settlement comes after the answer, so what is settled is waited for, bounded.
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'

const Entry = z.looseObject({
  seq: z.int(),
  kind: z.string(),
  request_id: z.string().optional(),
  hold_id: z.string().optional(),
  operation: z.string().optional(),
  input_tokens: z.int().default(0),
  output_tokens: z.int().default(0),
  cost_usd: z.string().default('0'),
  reason: z.string().optional(),
  count: z.int().optional(),
  outcome: z.looseObject({ provenance: z.string(), ended: z.string(), status: z.int() }).nullish(),
})
export type Entry = z.infer<typeof Entry>

const Amount = z.union([z.number(), z.string()])
const Usage = z.looseObject({
  total: z.looseObject({
    requests: z.int(),
    refused: z.int(),
    input_tokens: z.int(),
    output_tokens: z.int(),
    cost_usd: z.string(),
  }),
  limits: z.array(
    z.looseObject({ name: z.string(), used: Amount, held: Amount, limit: Amount.nullable() }),
  ),
})
export type Usage = z.infer<typeof Usage>

const Page = z.object({ entries: z.array(Entry), next_cursor: z.int().nullable() })
const Created = z.looseObject({ tenant: z.looseObject({ id: z.string() }), key: z.string() })
const CreatedKey = z.looseObject({ id: z.string(), key: z.string() })

/** The kinds of entry that a request leaves. */
const REQUEST_KINDS = ['settled', 'expired', 'late', 'hold_lost', 'abandoned', 'unresolved']
const POLL_MS = 25
const PATIENCE_MS = 10_000

let made = 0

export class AdminClient {
  readonly #url: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  /** A tenant of its own for one test; unlimited but for what `body` says. */
  async createTenant(body: object = {}): Promise<{ readonly id: string; readonly key: string }> {
    made += 1
    const fallback = { id: `tenant-${process.pid}-${made}`, name: 'Test', plan: 'unlimited' }
    const answer = await this.request('POST', '/tenants', { ...fallback, ...body })
    const { tenant, key } = Created.parse(await expectStatus(answer, 201))
    return { id: tenant.id, key }
  }

  async createKey(tenant: string, body: object = {}): Promise<{ id: string; key: string }> {
    const answer = await this.request('POST', `/tenants/${tenant}/keys`, { name: 'test', ...body })
    return CreatedKey.parse(await expectStatus(answer, 201))
  }

  async revokeKey(tenant: string, keyId: string): Promise<void> {
    const answer = await this.request('DELETE', `/tenants/${tenant}/keys/${keyId}`)
    if (!answer.ok) throw new Error(`revoking answered ${answer.status}: ${await answer.text()}`)
    await answer.body?.cancel()
  }

  async change(tenant: string, body: object): Promise<void> {
    await expectStatus(await this.request('PATCH', `/tenants/${tenant}`, body), 200)
  }

  async suspend(tenant: string): Promise<void> {
    await expectStatus(await this.request('POST', `/tenants/${tenant}/suspend`), 200)
  }

  async reactivate(tenant: string): Promise<void> {
    await expectStatus(await this.request('POST', `/tenants/${tenant}/reactivate`), 200)
  }

  async usage(tenant: string): Promise<Usage> {
    return Usage.parse(
      await expectStatus(await this.request('GET', `/tenants/${tenant}/usage`), 200),
    )
  }

  async ledger(tenant: string): Promise<Entry[]> {
    const entries: Entry[] = []
    for (let after: number | null = 0; after !== null;) {
      const path: string = `/tenants/${tenant}/ledger?after=${after}&limit=500`
      const page = Page.parse(await expectStatus(await this.request('GET', path), 200))
      entries.push(...page.entries)
      after = page.next_cursor
    }
    return entries
  }

  /** The entries of requests, once there are `count` of them. */
  async settled(tenant: string, count: number): Promise<Entry[]> {
    return waitFor(`${count} settled requests of ${tenant}`, async () => {
      const entries = (await this.ledger(tenant)).filter(({ kind }) => REQUEST_KINDS.includes(kind))
      return entries.length >= count ? entries : null
    })
  }

  /** The usage, once nothing of the tenant is in flight or held any more. */
  async quiet(tenant: string, patienceMs = PATIENCE_MS): Promise<Usage> {
    const seen = async (): Promise<Usage | null> => {
      const usage = await this.usage(tenant)
      const concurrency = usage.limits.find(({ name }) => name === 'max_concurrency')
      const held = usage.limits.some((limit) => Number(limit.held) !== 0)
      return held || concurrency?.used !== 0 ? null : usage
    }
    return waitFor(`nothing in flight of ${tenant}`, seen, patienceMs)
  }

  request(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.#url}/admin${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
  }
}

/** Asks until there is an answer; fails with what was waited for when there is none in time. */
export async function waitFor<T>(
  what: string,
  ask: () => T | null | Promise<T | null>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs} ms in vain for ${what}`)
    await pause(POLL_MS)
  }
}

/** Money on the wire as integer nano-USD, exactly. */
export function nanoUsd(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.')
  if (fraction.length > 9) throw new RangeError(`${decimal} has more than nine places`)
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}

async function expectStatus(answer: Response, status: number): Promise<unknown> {
  const text = await answer.text()
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${text}`)
  return JSON.parse(text)
}
