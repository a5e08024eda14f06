// The control plane as an app of its own, over a store in memory, with a clock to move.
import { Hono } from 'hono'
import { type AuthorizeDeps, createAuthorize } from '../../src/admin/authorize.ts'
import { adminRoutes } from '../../src/admin/routes.ts'
import { type PlanConfig, resolvePlans } from '../../src/config/plans.ts'
import { KeyHasher } from '../../src/identify/api-key/pepper.ts'
import { problemResponse, toProblem } from '../../src/problem/respond.ts'
import type { Store } from '../../src/store/store.ts'
import { seededBytes } from '../identify/seeded-bytes.ts'
import { NO_SERVICES } from '../support/fakes/keeper.ts'
import { checkAnswer } from '../openapi/against-document.ts'
import { watchedStore } from './watched-store.ts'

export const ADMIN_TOKEN = 'the-admin-token-of-these-tests'
export const START_MS = Date.UTC(2026, 5, 17, 12)

type Figure = number | string | null

/** Members of answers as these tests look at them. They are compared, so nothing is checked before. */
export interface Answer {
  readonly code: string
  readonly param: string
  readonly detail: string
  readonly scope: string
  readonly errors: readonly unknown[]
  readonly tenant: {
    readonly id: string
    readonly name: string
    readonly status: string
    readonly plan: string
    readonly version: string
    readonly created_at: string
    readonly retention_days: number
    readonly archived_at: string | null
    readonly purge_at: string | null
    readonly plan_version: number
    readonly features: Readonly<Record<string, boolean | number | string>>
    readonly limits: Readonly<Record<string, Figure>>
    readonly quotas: Readonly<Record<string, Figure>>
    readonly overrides: { readonly limits: Readonly<Record<string, Figure>> }
  }
  readonly warnings: readonly string[]
  readonly plan: ShownPlan
  readonly plans: readonly ShownPlan[]
  readonly job: ShownJob
  readonly jobs: readonly ShownJob[]
  readonly tenants: readonly {
    readonly id: string
    readonly status: string
    readonly plan: string
  }[]
  readonly next_cursor: string | number | null
  readonly purge_at: string | null
  readonly receipt: {
    readonly tenant: string
    readonly erased_at: string
    readonly erased_by: string
    readonly deleted: Readonly<Record<string, number>>
    readonly remaining: readonly string[]
  }
  readonly id: string
  readonly key: string
  readonly expires_at: string | null
  readonly replaces: { readonly expires_at: string | null }
  readonly keys: readonly { readonly id: string }[]
  readonly entries: readonly {
    readonly seq: number
    readonly action: string
    readonly actor: string
    readonly before: unknown
    readonly after: object
  }[]
  readonly total: { readonly requests: number }
  readonly groups: readonly unknown[]
  readonly limits: readonly {
    readonly name: string
    readonly scope: string
    readonly limit: Figure
    readonly used: Figure
    readonly resets_at: string | null
  }[]
}

interface ShownPlan {
  readonly name: string
  readonly version: number
  readonly origin: string
  readonly protected: boolean
  readonly limits: Readonly<Record<string, Figure>>
  readonly features: Readonly<Record<string, boolean | number | string>>
}

interface ShownJob {
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly total: number
  readonly done: number
  readonly changed: number
  readonly failed: readonly { readonly tenant: string; readonly reason: string }[]
}

/** The statuses of answers that came in any order. */
export function statusesOf(answers: readonly { readonly status: number }[]): number[] {
  return answers.map(({ status }) => status).toSorted((one, other) => one - other)
}

export function readAnswer(text: string): Answer {
  return JSON.parse(text.startsWith('{') ? text : '{}') as Answer
}

export function openAdmin(
  auth: Partial<AuthorizeDeps> = {},
  configPlans: Readonly<Record<string, PlanConfig>> = {},
  kept?: Store,
) {
  const clock = { nowMs: START_MS, now: () => clock.nowMs, after: () => () => undefined }
  const hasher = new KeyHasher([{ version: 'v1', secret: new Uint8Array(32).fill(7) }])
  const store = watchedStore(clock, kept)
  const logged: unknown[] = []
  const log = {
    warn: (...line: unknown[]) => logged.push(line),
    error: (...line: unknown[]) => logged.push(line),
  }
  const app = new Hono()
  /** What the control plane's work stands on, a request or not. */
  const deps = {
    store,
    plans: resolvePlans({ plans: configPlans, default_plan: 'free' }),
    defaultPlan: 'free',
    hasher,
    keeper: NO_SERVICES,
    clock,
    log,
    randomBytes: seededBytes(43),
  }
  const routes = adminRoutes({
    ...deps,
    authorize: createAuthorize({
      adminToken: ADMIN_TOKEN,
      verifyToken: () => Promise.resolve({ ok: false, reason: 'unknown_issuer' }),
      mayGrantAdmin: () => true,
      ...auth,
    }),
  })
  app.route('/admin', routes)
  app.onError((error, c) =>
    problemResponse(toProblem(error, log, 'req_1'), {
      requestId: 'req_1',
      instance: c.req.path,
      dialect: 'plain',
    }),
  )

  const work: Promise<unknown>[] = []
  const context = {
    waitUntil: (each: Promise<unknown>) => void work.push(each),
    passThroughOnException: () => undefined,
    props: {},
  }

  /** Until everything that goes on after the answers has been done. */
  async function quiet(): Promise<void> {
    while (work.length > 0) await Promise.all(work.splice(0))
  }

  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) {
    const init = {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }
    const response = await app.request(`/admin${path}`, init, {}, context)
    const text = await response.text()
    const { status, headers: told } = response
    checkAnswer(method, `/admin${path}`, { status, headers: told, text })
    return { status, headers: told, json: readAnswer(text), text }
  }

  /** A tenant that is simply there; its first key. */
  async function make(id: string, members: object = {}): Promise<string> {
    const { status, json } = await send('POST', '/tenants', { id, ...members })
    if (status !== 201) throw new Error(`${status}: ${JSON.stringify([json, logged])}`)
    return json.key
  }

  return { app, routes, deps, store, hasher, clock, logged, send, make, quiet }
}
