// Starts the built Worker for tests: the very module that is deployed, in its own workerd process,
// with k instances that share nothing but the Durable Objects. What it prints is kept for scanning.
import { Buffer } from 'node:buffer'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { startWorkerd, type Workerd } from '../../dev/workerd.ts'
import { AdminClient } from './admin-client.ts'
import { type Operation, readOperations } from './operation-trace.ts'

export const ADMIN_TOKEN = 'test-admin-token'
export const UPSTREAM_KEYS = { openai: 'sk-upstream-openai-canary', anthropic: 'sk-ant-canary' }

const KEY_PEPPERS = `v1=${Buffer.alloc(32, 7).toString('base64url')}`

/** A machine that is busy with tests must not look like a store that is down. */
const STORE_DEADLINE_MS = '20000'

export interface GatewayOptions {
  /** Where both upstreams are. */
  readonly upstreamUrl: string
  readonly instances?: number
  /** Further text bindings, or others than the usual. */
  readonly bindings?: Readonly<Record<string, string>>
  /** Another Worker than the one that is deployed, such as one configured otherwise. */
  readonly workerPath?: string
  /** Whether `fireCron` can be called. */
  readonly cron?: boolean
  /** Whether `operations` can be asked for. */
  readonly traced?: boolean
}

export interface RunningGateway {
  /** The first instance. */
  readonly url: string
  readonly urls: readonly string[]
  readonly pid: number
  readonly admin: AdminClient
  /** All that the process has printed since the first start. */
  printed(): string
  /** What the Workers have asked of anything outside them since the last call of this, in order. */
  operations(): Promise<Operation[]>
  /** The deployment's cron trigger, once, to the end of what it does. */
  fireCron(): Promise<void>
  /** `kill -9`, then a new process on the same folder; its ports are others. */
  killAndRestart(): Promise<void>
  stop(): Promise<void>
}

export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-test-'))
  const { workerPath = inject('workerPath') } = options
  const tracePath = join(folder, 'trace.ndjson')
  let traceRead = 0
  let output = ''
  const start = (): Promise<Workerd> =>
    startWorkerd({
      folder,
      workerPath,
      addresses: Array.from({ length: options.instances ?? 1 }, () => '127.0.0.1:0'),
      bindings: {
        ADMIN_TOKEN,
        KEY_PEPPERS,
        STORE_DEADLINE_MS,
        UPSTREAM_OPENAI_URL: options.upstreamUrl,
        UPSTREAM_OPENAI_KEY: UPSTREAM_KEYS.openai,
        UPSTREAM_ANTHROPIC_URL: options.upstreamUrl,
        UPSTREAM_ANTHROPIC_KEY: UPSTREAM_KEYS.anthropic,
        ...options.bindings,
      },
      onOutput: (text) => (output += text),
      ...(options.traced && { tracePath }),
      cron: options.cron ?? false,
    })
  let workerd = await start()
  const first = (): string => workerd.urls[0] ?? ''
  return {
    get url() {
      return first()
    },
    get urls() {
      return workerd.urls
    },
    get pid() {
      return workerd.pid
    },
    get admin() {
      return new AdminClient(first(), ADMIN_TOKEN)
    },
    printed: () => output,
    async operations() {
      const trace = await readFile(tracePath, 'utf8')
      const fresh = trace.slice(traceRead, trace.lastIndexOf('\n') + 1)
      traceRead += fresh.length
      const store = options.bindings?.['UPSTASH_REDIS_REST_URL'] ?? null
      return readOperations(fresh, { upstream: options.upstreamUrl, store })
    },
    fireCron: () => workerd.fireCron(),
    async killAndRestart() {
      await workerd.kill()
      workerd = await start()
    },
    async stop() {
      await workerd.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
