// A whole gateway in this process: the real app over the real store adapter, with the account in
// memory behind it, and clock, randomness and upstream in the test's hands.
import { createApp } from '../../../src/app.ts'
import type { AccountCommand, AccountReply } from '../../../src/account/commands.ts'
import { GatewayConfig } from '../../../src/config/gateway.ts'
import { resolvePlans } from '../../../src/config/plans.ts'
import type { Gateway } from '../../../src/gateway.ts'
import { KeyHasher } from '../../../src/identify/api-key/pepper.ts'
import { createThrottle } from '../../../src/identify/throttle.ts'
import type { TrustedIssuers } from '../../../src/identify/jwt/trusted-issuers.ts'
import { TokenCache } from '../../../src/identify/jwt/token-cache.ts'
import type { LedgerEntry } from '../../../src/ledger/entry.ts'
import { createDurableObjectStore } from '../../../src/store/durable-object/durable-object-store.ts'
import { failFast } from '../../../src/store/fail-fast.ts'
import { createMemoryStore } from '../../../src/store/memory.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { SnapshotCache } from '../../../src/tenant/snapshot.ts'
import type { Fetch } from '../../../src/upstream/attempt.ts'
import type { Upstream } from '../../../src/upstream/upstream.ts'
import type { VectorUpstream } from '../../../src/upstream/vector/upstream.ts'
import { seededBytes } from '../../identify/seeded-bytes.ts'
import { checkResponse } from '../../openapi/against-document.ts'
import { prices, testUpstream } from './call.ts'
import { FakeClock, turns, until } from './clock.ts'
import { MODEL } from './openai-wire.ts'
import type { ScriptedFetch } from './scripted-fetch.ts'

export const ADMIN_TOKEN = 'admin-token-canary'
export const CLIENT_IP = '192.0.2.7'

/** What the gateway answers itself, as the document says. */
const OWN_SURFACES = /^\/(?:admin|tenant|healthz|readyz|openapi\.json|docs)\b/

/** Stands between the store's adapter and the account: it may answer, fail, or never come back. */
export type Between = (
  command: AccountCommand,
  run: () => Promise<AccountReply>,
) => Promise<AccountReply>

export interface GatewayFakes {
  readonly upstream: ScriptedFetch
  readonly upstreams?: readonly Upstream[]
  /** Asked by real requests, past the scripted upstream, where `fetch` is not another. */
  readonly vectors?: readonly VectorUpstream[]
  readonly fetch?: Fetch
  readonly clock?: FakeClock
  readonly issuers?: TrustedIssuers
}

export function openGateway({
  upstream,
  upstreams = [testUpstream()],
  vectors = [],
  fetch: ask = vectors.length > 0 ? (url, init) => fetch(url, init) : upstream.fetch,
  clock = new FakeClock(),
  issuers = new Map(),
}: GatewayFakes) {
  const memory = createMemoryStore(clock)
  const commands: AccountCommand[] = []
  let between: Between = (_, run) => run()
  const account = (tenant: string) => ({
    async runJson(_: string, text: string): Promise<string> {
      const command = JSON.parse(text) as AccountCommand
      commands.push(command)
      const reply = await between(command, () => memory.run(TenantId.parse(tenant), command))
      return JSON.stringify(reply)
    },
    ledger: (_: string, after: number, limit: number) =>
      memory.ledger(TenantId.parse(tenant), after, limit),
  })
  const objects = createDurableObjectStore({
    accounts: { getByName: account },
    directory: { getByName: () => memory.directory },
    throttle: { getByName: () => memory.strikes },
    clock,
  })
  const store = failFast(objects, clock)
  const lines: string[] = []
  const log = (level: string) => (event: string, fields: object) =>
    void lines.push(JSON.stringify({ level, event, ...fields }))
  const config = GatewayConfig.parse({ upstreams: {}, max_body_bytes: 100_000 })
  const gateway: Gateway = {
    config,
    plans: resolvePlans({ plans: {}, default_plan: 'free' }),
    adminToken: ADMIN_TOKEN,
    store,
    snapshots: new SnapshotCache(),
    hasher: new KeyHasher([{ version: 'v1', secret: new Uint8Array(32).fill(7) }]),
    issuers,
    tokens: new TokenCache(),
    throttle: createThrottle(store.strikes, clock),
    upstreams,
    vectors,
    handleSecret: new Uint8Array(32).fill(7),
    prices,
    clock,
    randomBytes: seededBytes(11),
    fetch: ask,
    log: { warn: log('warn'), error: log('error') },
  }
  const app = createApp(gateway)
  const work: Promise<unknown>[] = []
  const context = {
    waitUntil: (each: Promise<unknown>) => void work.push(each),
    passThroughOnException: () => undefined,
    props: {},
  }

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (!headers.has('cf-connecting-ip')) headers.set('cf-connecting-ip', CLIENT_IP)
    const request = new Request(`http://gateway.test${path}`, { ...init, headers })
    // The app asks for nothing else of the runtime's context.
    const response = await app.fetch(request, {}, context)
    if (OWN_SURFACES.test(path)) await checkResponse(init.method ?? 'GET', path, response)
    return response
  }

  function admin(method: string, path: string, body?: object): Promise<Response> {
    return send(`/admin${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  return {
    clock,
    gateway,
    send,
    admin,
    upstream,
    /** Every account command that reached the account, oldest first. */
    commands,
    /** What they were, from the given one on. */
    types: (from = 0) => commands.slice(from).map(({ type }) => type),
    lines,
    work,
    setBetween(next: Between) {
      between = next
    },
    /** Until everything that goes on after the answers has been done. */
    async quiet(): Promise<void> {
      let seen = -1
      while (seen !== work.length) {
        seen = work.length
        await Promise.all(work)
        await turns()
      }
    },
    /** A tenant with its first key, in a plan without limits unless the body says otherwise. */
    async makeTenant(body: object = {}): Promise<{ id: string; key: string }> {
      const asked = { id: `acme-${commands.length}`, plan: 'unlimited', ...body }
      const made = await admin('POST', '/tenants', asked)
      if (made.status !== 201) throw new Error(await made.text())
      const { key } = (await made.json()) as { key: string }
      return { id: asked.id, key }
    },
    async ledger(tenant: string): Promise<readonly LedgerEntry[]> {
      return memory.ledger(TenantId.parse(tenant), 0, 1_000)
    },
    /** How the account stands: holds alive, and what each budget holds and has committed. */
    async account(tenant: string) {
      const view = await memory.run(TenantId.parse(tenant), {
        type: 'view',
        rates: [],
        budgets: [],
      })
      if (view.type !== 'viewed') throw new Error('there is no such account')
      const cells = Object.values(view.counters.budgets).flat()
      return {
        live: view.counters.live,
        held: cells.reduce((sum, { held }) => sum + held, 0),
        totals: view.counters.totals,
      }
    },
    chat(key: string, body: object = {}, headers: Readonly<Record<string, string>> = {}) {
      return send('/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({
          model: MODEL,
          max_tokens: 100,
          messages: [{ role: 'user', content: 'say something' }],
          ...body,
        }),
      })
    },
    until,
  }
}

export type OpenGateway = ReturnType<typeof openGateway>
