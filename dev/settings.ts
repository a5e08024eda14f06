// Reads the command line and the environment of local start-up; whatever is malformed is named, all
// of it at once. What becomes a binding is judged by the Worker itself, which tells it on /readyz.
import { isAbsolute, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { BaseUrl, type GatewayConfig } from '../src/config/gateway.ts'
import { JwtIssuers } from '../src/identify/jwt/jwt-issuer.ts'
import { type AccountsPlace, readAccountsPlace } from './accounts-place.ts'
import { jsonOrNull } from './state-folder.ts'

export const DEFAULT_ADMIN_TOKEN = 'dev-admin'

export const USAGE = `Usage: npm run dev -- [flags]

  --port <number>          where to listen on 127.0.0.1 (default 8787; 0 takes a free port)
  --upstream <name>=<url>  base URL of an upstream, what stands before /v1/... or before a vector
                           service's own paths (qdrant=http://127.0.0.1:6333); may be repeated.
                           A vector service is there once it has one
  --no-demo                no demo upstream and no demo tenant
  --help                   this text

Environment, also read from .dev.vars:

  ADMIN_TOKEN              the control plane's token (default ${DEFAULT_ADMIN_TOKEN})
  TOLLGATE_STATE_DIR       where accounts and secrets are kept (default .tollgate)
  REDIS_URL                keep accounts in this Redis or Redis Cluster instead: redis://[:password@]host:port[/db],
                           or redis+cluster://... where nothing but a cluster will do
  UPSTASH_REDIS_REST_URL   keep accounts in Upstash Redis instead, or in what speaks its REST API;
  UPSTASH_REDIS_REST_TOKEN   its token
  REDIS_LOCKS              keys or database: what a script locks (default keys on upstash.io, else database)
  STORE_DEADLINE_MS        how long the store may take to answer (default 1000)
  UPSTREAM_<NAME>_URL      as --upstream
  UPSTREAM_<NAME>_KEY      the credential of an upstream (default for one of --upstream: local)
  UPSTREAM_<NAME>_<CLUSTER>_KEY  the credential of one cluster of a vector service
  JWT_ISSUERS              JSON list of token issuers
  KEY_PEPPERS              v1=<base64url of 32 bytes> (default: made once, kept in the state folder)
`

export interface Settings {
  readonly port: number
  readonly demo: boolean
  readonly stateFolder: string
  readonly adminToken: string
  readonly accounts: AccountsPlace
  /** Upstreams with a base URL of their own here; the others go where the configuration says. */
  readonly upstreamUrls: ReadonlyMap<string, string>
  readonly upstreamKeys: ReadonlyMap<string, string>
  /** Credentials of single clusters of vector services, by binding. */
  readonly clusterKeys: ReadonlyMap<string, string>
  readonly jwtIssuers: string | undefined
  readonly storeDeadlineMs: string | undefined
  readonly keyPeppers: string | undefined
  /** Shared secrets that token issuers name, by binding. */
  readonly issuerSecrets: ReadonlyMap<string, string>
}

export type SettingsReading =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

export type Environment = Readonly<Record<string, string | undefined>>

const Port = z
  .string()
  .regex(/^[0-9]{1,5}$/)
  .transform(Number)
  .pipe(z.int().max(65_535))

/** The environment name of an upstream: `my-llm` is `UPSTREAM_MY_LLM_URL` and `_KEY`. */
export function upstreamVariable(name: string, what: 'URL' | 'KEY'): string {
  return `UPSTREAM_${name.toUpperCase().replaceAll('-', '_')}_${what}`
}

export function readSettings(
  args: readonly string[],
  environment: Environment,
  config: Pick<GatewayConfig, 'upstreams' | 'issuers'>,
  projectFolder: string,
): SettingsReading {
  const problems: string[] = []
  const flags = readFlags(args)
  if (typeof flags === 'string') return { kind: 'refused', problems: [flags] }
  if (flags.help) return { kind: 'help' }
  const given = (name: string): string | undefined =>
    environment[name] === '' ? undefined : environment[name]

  const port = Port.safeParse(flags.port)
  if (!port.success) problems.push(`--port: "${flags.port}" is not a port number`)
  const accounts = readAccountsPlace(given)
  if ('problems' in accounts) problems.push(...accounts.problems)
  const names = Object.keys(config.upstreams)
  const upstreamUrls = pick(names, (name) => given(upstreamVariable(name, 'URL')))
  const flagged = new Set<string>()
  for (const text of flags.upstream) {
    const problem = readUpstreamFlag(text, names, flagged, upstreamUrls)
    if (problem !== null) problems.push(problem)
  }
  if (problems.length > 0 || !port.success || 'problems' in accounts)
    return { kind: 'refused', problems }
  const folder = given('TOLLGATE_STATE_DIR') ?? '.tollgate'
  const jwtIssuers = given('JWT_ISSUERS')
  return {
    kind: 'settings',
    settings: {
      port: port.data,
      demo: !flags['no-demo'],
      stateFolder: isAbsolute(folder) ? folder : resolve(projectFolder, folder),
      adminToken: given('ADMIN_TOKEN') ?? DEFAULT_ADMIN_TOKEN,
      accounts,
      upstreamUrls,
      upstreamKeys: pick(names, (name) => given(upstreamVariable(name, 'KEY'))),
      clusterKeys: pick(clusterVariables(config), given),
      jwtIssuers,
      storeDeadlineMs: given('STORE_DEADLINE_MS'),
      keyPeppers: given('KEY_PEPPERS'),
      issuerSecrets: pick(secretNames([...config.issuers, ...readIssuers(jwtIssuers)]), given),
    },
  }
}

interface Flags {
  readonly port: string
  readonly upstream: readonly string[]
  readonly 'no-demo': boolean
  readonly help: boolean
}

/** The flags, or a sentence about the one that is wrong. */
function readFlags(args: readonly string[]): Flags | string {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8787' },
        upstream: { type: 'string', multiple: true, default: [] },
        'no-demo': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    return error instanceof Error ? error.message : 'the flags cannot be read'
  }
}

/** Puts one `--upstream name=url` into `urls`, over the environment's; a sentence when it is wrong. */
function readUpstreamFlag(
  text: string,
  names: readonly string[],
  flagged: Set<string>,
  urls: Map<string, string>,
): string | null {
  const split = text.indexOf('=')
  const name = text.slice(0, split)
  const url = text.slice(split + 1)
  if (split < 1) return `--upstream: "${text}" is not <name>=<url>`
  if (!names.includes(name)) {
    return `--upstream: tollgate.config.ts declares no "${name}"; it declares ${names.join(', ')}`
  }
  if (flagged.has(name)) return `--upstream: "${name}" is given twice`
  if (!BaseUrl.safeParse(url).success) {
    return `--upstream: the address of "${name}" must be an http(s) URL without query, fragment or user`
  }
  flagged.add(name)
  urls.set(name, url)
  return null
}

/** Empty when the text is malformed: the Worker will say so. */
function readIssuers(text: string | undefined): JwtIssuers {
  const issuers = JwtIssuers.safeParse(text === undefined ? [] : jsonOrNull(text))
  return issuers.success ? issuers.data : []
}

function clusterVariables({ upstreams }: Pick<GatewayConfig, 'upstreams'>): string[] {
  return Object.entries(upstreams).flatMap(([name, upstream]) =>
    'clusters' in upstream
      ? upstream.clusters.map((cluster) => upstreamVariable(`${name}-${cluster.name}`, 'KEY'))
      : [],
  )
}

function secretNames(issuers: JwtIssuers): string[] {
  return issuers.map(({ secret_name }) => secret_name).filter((name) => name !== undefined)
}

function pick(
  names: readonly string[],
  find: (name: string) => string | undefined,
): Map<string, string> {
  return new Map(
    names.flatMap((name) => {
      const value = find(name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}
