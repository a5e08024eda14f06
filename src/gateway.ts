/**
 * Builds everything a gateway is made of from its configuration and bindings, once per isolate. What
 * is wrong with either is collected and told whole, so that one look mends it.
 */
import type * as z from 'zod'
import { type Clock, sleep, systemClock } from './clock.ts'
import { BaseUrl, GatewayConfig, type VectorUpstreamConfig } from './config/gateway.ts'
import { resolvePlans } from './config/plans.ts'
import { Env, ObjectBindings, RedisBindings } from './env.ts'
import { JwtIssuers } from './identify/jwt/jwt-issuer.ts'
import { KeyHasher, parsePeppers } from './identify/api-key/pepper.ts'
import { createThrottle, type Throttle } from './identify/throttle.ts'
import { TokenCache } from './identify/jwt/token-cache.ts'
import { trustIssuers, type TrustedIssuers } from './identify/jwt/trusted-issuers.ts'
import { consoleLog, type Log } from './log.ts'
import { type PriceBook, priceBook } from './price/price-book.ts'
import { type RandomBytes, secureRandom } from './random.ts'
import { createDurableObjectStore } from './store/durable-object/durable-object-store.ts'
import { createRedisStore } from './store/redis/redis-store.ts'
import { failFast } from './store/fail-fast.ts'
import type { Store } from './store/store.ts'
import type { Plans } from './tenant/plan.ts'
import { SnapshotCache } from './tenant/snapshot.ts'
import type { Fetch } from './upstream/attempt.ts'
import { adapterOf } from './upstream/registry.ts'
import type { Upstream } from './upstream/upstream.ts'
import type { VectorAdapter } from './upstream/vector/adapter.ts'
import { vectorAdapterOf } from './upstream/vector/registry.ts'
import { type Cluster, ONLY_CLUSTER, type VectorUpstream } from './upstream/vector/upstream.ts'

export interface Gateway {
  readonly config: GatewayConfig
  readonly plans: Plans
  readonly adminToken: string
  readonly store: Store
  readonly snapshots: SnapshotCache
  readonly hasher: KeyHasher
  readonly issuers: TrustedIssuers
  readonly tokens: TokenCache
  readonly throttle: Throttle
  readonly upstreams: readonly Upstream[]
  readonly vectors: readonly VectorUpstream[]
  /** What handles of vector services are sealed under: the oldest pepper, so that a new one changes none. */
  readonly handleSecret: Uint8Array<ArrayBuffer>
  readonly prices: PriceBook
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly fetch: Fetch
  readonly log: Log
}

export type GatewayVerdict =
  | { readonly ok: true; readonly gateway: Gateway }
  /** Sentences for the operator: each names a member or a binding, none repeats its value. */
  | { readonly ok: false; readonly errors: readonly string[] }

export function buildGateway(
  rawConfig: unknown,
  rawEnv: Readonly<Record<string, unknown>>,
): GatewayVerdict {
  const errors: string[] = []
  const config = check('tollgate.config.ts', GatewayConfig, rawConfig, errors)
  const env = check('binding', Env, rawEnv, errors)
  const clock = systemClock
  const log = consoleLog
  const fetchUpstream: Fetch = (url, init) => fetch(url, init)
  const text = (name: string) => {
    const value = rawEnv[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }

  const store = openStore(rawEnv, text, { clock, deadlineMs: env?.STORE_DEADLINE_MS }, errors)
  if (config === null || env === null) return { ok: false, errors }

  const peppers = parsePeppers(env.KEY_PEPPERS)
  if (!peppers.ok) errors.push(`binding KEY_PEPPERS: ${peppers.error}`)
  const issuerConfigs =
    env.JWT_ISSUERS === undefined
      ? config.issuers
      : (check('binding JWT_ISSUERS', JwtIssuers, env.JWT_ISSUERS, errors) ?? [])
  const trusted = trustIssuers(issuerConfigs, {
    fetch: (input, init) => fetch(input, init),
    now: () => clock.now(),
    sleep: (ms) => sleep(clock, ms),
    timeout: (ms) => AbortSignal.timeout(ms),
    secret: text,
  })
  if (!trusted.ok) errors.push(...trusted.errors)
  const oldest = peppers.ok ? peppers.peppers[0] : undefined
  const plans = plansOf(config, errors)
  const prices = priceBook(config.prices)
  const { upstreams, vectors } = openUpstreams(config, text, errors)
  if (
    errors.length > 0 ||
    !peppers.ok ||
    oldest === undefined ||
    !trusted.ok ||
    plans === null ||
    store === null
  )
    return { ok: false, errors }

  return {
    ok: true,
    gateway: {
      config,
      plans,
      adminToken: env.ADMIN_TOKEN,
      store: failFast(store, clock),
      snapshots: new SnapshotCache(),
      hasher: new KeyHasher(peppers.peppers),
      issuers: trusted.issuers,
      tokens: new TokenCache(),
      throttle: createThrottle(store.strikes, clock),
      upstreams,
      vectors,
      handleSecret: oldest.secret,
      prices,
      clock,
      randomBytes: secureRandom,
      fetch: fetchUpstream,
      log,
    },
  }
}

function check<S extends z.ZodType>(
  what: string,
  schema: S,
  value: unknown,
  errors: string[],
): z.output<S> | null {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  for (const { path, message } of parsed.error.issues) {
    errors.push(`${what}${path.length === 0 ? '' : ` ${path.map(String).join('.')}`}: ${message}`)
  }
  return null
}

function plansOf(config: GatewayConfig, errors: string[]): Plans | null {
  try {
    return resolvePlans(config)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    errors.push(`tollgate.config.ts ${error.message}`)
    return null
  }
}

/** Redis where it is named, Durable Objects otherwise. */
function openStore(
  rawEnv: Readonly<Record<string, unknown>>,
  text: (name: string) => string | undefined,
  timing: { readonly clock: Clock; readonly deadlineMs: number | undefined },
  errors: string[],
): Store | null {
  if (text('UPSTASH_REDIS_REST_URL') ?? text('UPSTASH_REDIS_REST_TOKEN')) {
    const redis = check('binding', RedisBindings, rawEnv, errors)
    if (redis === null) return null
    const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, REDIS_LOCKS } = redis
    // Upstash is known by its host's name; any other Redis refuses the scripts' flag.
    const upstash = REDIS_LOCKS === undefined ? isUpstash(url) : REDIS_LOCKS === 'keys'
    return createRedisStore({ url, token, upstash, ...timing })
  }
  const objects = check('binding', ObjectBindings, rawEnv, errors)
  if (objects === null) return null
  const { ACCOUNTS: accounts, DIRECTORY: directory, THROTTLE: throttle } = objects
  return createDurableObjectStore({ accounts, directory, throttle, ...timing })
}

function isUpstash(url: string): boolean {
  return new URL(url).hostname.endsWith('.upstash.io')
}

function openUpstreams(
  { upstreams }: GatewayConfig,
  text: (name: string) => string | undefined,
  errors: string[],
): { upstreams: Upstream[]; vectors: VectorUpstream[] } {
  const opened: { upstreams: Upstream[]; vectors: VectorUpstream[] } = {
    upstreams: [],
    vectors: [],
  }
  for (const [name, settings] of Object.entries(upstreams)) {
    const prefix = bindingPrefix(name)
    const own = text(`${prefix}_URL`)
    if (own !== undefined && !BaseUrl.safeParse(own).success)
      errors.push(`binding ${prefix}_URL: must be an http(s) URL`)
    if ('clusters' in settings) {
      const adapter = vectorAdapterOf(settings.kind)
      errors.push(...strangeWeights(name, settings, adapter))
      const clusters = openClusters(name, settings, own, text)
      // Declared, and nowhere yet: its paths are not there until it has an address.
      if (clusters.length > 0) opened.vectors.push({ name, adapter, clusters, settings })
      continue
    }
    const adapter = adapterOf(settings.kind)
    opened.upstreams.push({
      name,
      adapter,
      baseUrl: trimSlashes(own ?? settings.base_url),
      key: text(`${prefix}_KEY`) ?? null,
      settings,
      priceProvider: settings.price_provider ?? adapter.priceProvider,
    })
  }
  return opened
}

/** A name that no operation has would weigh nothing, and nobody would know. */
function strangeWeights(
  name: string,
  { kind, weights }: VectorUpstreamConfig,
  { operations }: VectorAdapter,
): string[] {
  const known = new Set(['read', 'write', ...operations.map((operation) => operation.name)])
  return Object.keys(weights)
    .filter((operation) => !known.has(operation))
    .map(
      (operation) =>
        `tollgate.config.ts upstreams.${name}.weights: ${kind} has no operation "${operation}"`,
    )
}

/** An address given at deployment is that of one cluster, and of the only one. */
function openClusters(
  name: string,
  { clusters, base_url }: VectorUpstreamConfig,
  own: string | undefined,
  text: (name: string) => string | undefined,
): Cluster[] {
  const key = text(`${bindingPrefix(name)}_KEY`) ?? null
  const only = own ?? (clusters.length === 0 ? base_url : undefined)
  if (only !== undefined) {
    return [{ name: ONLY_CLUSTER, baseUrl: trimSlashes(only), key, maxPhysical: null }]
  }
  return clusters.map((cluster) => ({
    name: cluster.name,
    baseUrl: trimSlashes(cluster.base_url),
    key: text(`${bindingPrefix(`${name}-${cluster.name}`)}_KEY`) ?? key,
    maxPhysical: cluster.max_physical,
  }))
}

function bindingPrefix(name: string): string {
  return `UPSTREAM_${name.toUpperCase().replaceAll('-', '_')}`
}

function trimSlashes(url: string): string {
  return url.replace(/\/+$/, '')
}
