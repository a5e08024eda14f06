/**
 * `tollgate.config.ts`: what the platform team declares. Checked whole at start, with errors that
 * name the member. No secret stands in it: an upstream names the binding that holds its key.
 */
import * as z from 'zod'
import { JwtIssuers } from '../identify/jwt/jwt-issuer.ts'
import { PriceConfig } from '../price/price-config.ts'
import { PlanConfig } from './plans.ts'

/** Path prefixes that are surfaces of the gateway itself; no upstream may take one. */
export const RESERVED_NAMES = [
  'v1',
  'admin',
  'tenant',
  'healthz',
  'readyz',
  'metrics',
  'openapi',
  'docs',
  'console',
  'favicon',
  'well-known',
] as const

const UpstreamName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a-z, 0-9 and hyphen, starting with a letter')
  .refine((name) => !RESERVED_NAMES.some((reserved) => reserved === name), {
    error: 'is the name of a surface of the gateway',
  })

/** What stands before `/v1/...`. */
export const BaseUrl = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !/[?#@]/.test(text), { error: 'must have no query, fragment or user' })

export const Timeouts = z
  .strictObject({
    /** Until the response headers. */
    headers_ms: z.int().min(1).default(600_000),
    /** From the headers to the first byte of the body. */
    first_byte_ms: z.int().min(1).default(60_000),
    /** Between two chunks of a body. */
    idle_ms: z.int().min(1).default(60_000),
  })
  .prefault({})
export type Timeouts = z.infer<typeof Timeouts>

export const LlmUpstreamConfig = z.strictObject({
  kind: z.enum(['openai', 'anthropic']),
  /** `UPSTREAM_<NAME>_URL` overrides it at deployment. */
  base_url: BaseUrl,
  /** Globs over the names of the models it serves on the `/v1` face; the first upstream that matches is taken. */
  models: z.array(z.string().min(1)).min(1),
  /** Section of the price table; the kind's own when absent. */
  price_provider: z.string().optional(),
  timeouts: Timeouts,
  /** Further attempts after the first, before any byte has been answered. */
  retries: z.int().min(0).max(5).default(2),
  /** When the client leaves mid-answer: stop the upstream, or read it out for the exact usage. */
  on_disconnect: z.enum(['cancel', 'drain']).default('cancel'),
})
export type LlmUpstreamConfig = z.infer<typeof LlmUpstreamConfig>

export const VECTOR_KINDS = ['qdrant', 'chroma', 'pinecone', 'weaviate', 'upstash-vector'] as const

const Cluster = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'must be a-z, 0-9 and hyphen'),
  base_url: BaseUrl,
  /** Collections, or what the service has in their place, of all tenants together; null: unbounded. */
  max_physical: z.int().min(1).nullable().default(null),
})
export type ClusterConfig = z.infer<typeof Cluster>

/** As URLs have it, so that it is found there: lower case, no dot at the end. */
const HostName = z
  .hostname()
  .refine((host) => URL.parse(`http://${host}`)?.host === host && !host.endsWith('.'), {
    error: 'must be in lower case, without a dot at the end',
  })

export const VectorUpstreamConfig = z.strictObject({
  kind: z.enum(VECTOR_KINDS),
  /** Of the one cluster there is, where `clusters` names none; without either the upstream is off. */
  base_url: BaseUrl.optional(),
  /**
   * A tenant is placed on one of them when it is made, and stays there. The credential of each is in
   * `UPSTREAM_<NAME>_<CLUSTER>_KEY`, or in the upstream's own.
   */
  clusters: z
    .array(Cluster)
    .refine((clusters) => new Set(clusters.map(({ name }) => name)).size === clusters.length, {
      error: 'must have names of their own',
    })
    .default([]),
  /** Host names that belong to this upstream as a whole, for clients that know no path before theirs. */
  hosts: z.array(HostName).default([]),
  /** What an operation counts under rates, by its name or by `read` and `write`; 1 otherwise. */
  weights: z.record(z.string(), z.int().min(1).max(1_000)).default({}),
  timeouts: Timeouts,
  /** Weaviate: the classes, with multi-tenancy, that tenants may use. */
  classes: z.array(z.string().regex(/^[A-Z][_0-9A-Za-z]{0,254}$/)).default([]),
  /** Chroma: the tenant, in its own sense, that all databases are made under. */
  chroma_tenant: z
    .string()
    .regex(/^[A-Za-z0-9_-]{3,63}$/)
    .default('default_tenant'),
  /** Pinecone: what clients call the index. */
  index: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,43}[a-z0-9])?$/)
    .default('default'),
})
export type VectorUpstreamConfig = z.infer<typeof VectorUpstreamConfig>

export const UpstreamConfig = z.discriminatedUnion('kind', [
  LlmUpstreamConfig,
  VectorUpstreamConfig,
])
export type UpstreamConfig = z.infer<typeof UpstreamConfig>

export const GatewayConfig = z.strictObject({
  issuers: JwtIssuers.default([]),
  upstreams: z
    .record(UpstreamName, UpstreamConfig, {
      // What is wrong with a name, and not only that something is.
      error: (issue) =>
        issue.code === 'invalid_key'
          ? issue.issues.map(({ message }) => message).join('; ')
          : undefined,
    })
    .superRefine(refuseSharedHosts),
  /** Further plans, or changes to the built-in ones. */
  plans: z.record(z.string(), PlanConfig).default({}),
  default_plan: z.string().default('free'),
  /** What the names of all tenants begin with on vector services; a deployment's own. */
  vector_prefix: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,14}_$/, 'must be a-z and 0-9 and end with _')
    .default('tenant_'),
  /** Own prices, laid over the table that comes with the gateway. */
  prices: PriceConfig.optional(),
  max_body_bytes: z.int().min(1024).max(100_000_000).default(10_000_000),
  /** The header that carries the client's address; only a proxy of yours may be able to set it. */
  client_ip_header: z
    .string()
    .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header')
    .default('cf-connecting-ip'),
})
export type GatewayConfig = z.infer<typeof GatewayConfig>

/** Which of two upstreams a host belongs to must not be a matter of their order. */
function refuseSharedHosts(
  upstreams: Readonly<Record<string, UpstreamConfig>>,
  context: z.RefinementCtx,
): void {
  const taken = new Set<string>()
  for (const [name, upstream] of Object.entries(upstreams)) {
    for (const host of 'hosts' in upstream ? upstream.hosts : []) {
      if (taken.has(host)) {
        const message = `the host '${host}' is declared twice`
        context.addIssue({ code: 'custom', path: [name, 'hosts'], message })
      }
      taken.add(host)
    }
  }
}

/** For `tollgate.config.ts`: completes in an editor, checks nothing yet. */
export function defineGateway(
  config: z.input<typeof GatewayConfig>,
): z.input<typeof GatewayConfig> {
  return config
}
