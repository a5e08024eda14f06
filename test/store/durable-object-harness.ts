// The Durable Object store in workerd, driven from a test: bundles test/worker/store-worker.ts,
// starts it, and speaks to it as a Store with a clock of the test's own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { type Store, StoreUnavailable } from '../../src/store/store.ts'
import { compatibilityDate, durableObjects } from '../../build/runtime.ts'

const WORKER = fileURLToPath(new URL('../worker/store-worker.ts', import.meta.url))

export async function bundleStoreWorker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [WORKER],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
    logLevel: 'silent',
  })
  const [output] = outputFiles
  if (output === undefined) throw new Error('esbuild made nothing')
  return output.text
}

export class DurableObjectHarness {
  /** The store's clock, unless a test has `useTimeOfDay` set. */
  readonly clock = { nowMs: 0 }
  useTimeOfDay = false
  readonly store: Store
  readonly #miniflare: Miniflare
  readonly #origin: URL

  private constructor(miniflare: Miniflare, origin: URL) {
    this.#miniflare = miniflare
    this.#origin = origin
    this.store = {
      run: (...args) => this.call('run', ...args),
      ledger: (...args) => this.call('ledger', ...args),
      directory: {
        register: (...args) => this.call('register', ...args),
        update: (row) => this.call('update', row),
        get: (tenant) => this.call('get', tenant),
        list: (...args) => this.call('list', ...args),
        count: () => this.call('count'),
        bury: async (...args) => void (await this.call('bury', ...args)),
        document: (...args) => this.call('document', ...args),
        documents: (kind) => this.call('documents', kind),
        write: (...args) => this.call('write', ...args),
      },
      strikes: { strike: (...args) => this.call('strike', ...args) },
      ping: async () => void (await this.call('ping')),
    }
  }

  /** `folder` keeps the state; whoever opens it again finds what was there. */
  static async open(script: string, folder: string): Promise<DurableObjectHarness> {
    const bindings = Object.entries(durableObjects)
    const miniflare = new Miniflare({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      logRequests: false,
      resourcePersistencePath: folder,
      workers: [
        {
          config: {
            name: 'store',
            compatibilityDate,
            compatibilityFlags: [],
            manifest: {
              mainModule: 'index.mjs',
              modules: { 'index.mjs': { type: 'esm', contents: script } },
            },
            env: Object.fromEntries(
              bindings.map(([binding, exportName]) => [
                binding,
                { type: 'durable-object', worker: 'store', exportName },
              ]),
            ),
            exports: Object.fromEntries(
              bindings.map(([, exportName]) => [
                exportName,
                { type: 'durable-object', storage: 'sqlite' },
              ]),
            ),
          },
        },
      ],
    })
    return new DurableObjectHarness(miniflare, await miniflare.ready)
  }

  /** Calls one of the worker's callables; what it answers is what it is declared to answer there. */
  async call<T>(name: string, ...args: readonly unknown[]): Promise<T> {
    const response = await fetch(this.#origin, {
      method: 'POST',
      body: JSON.stringify({ nowMs: this.useTimeOfDay ? null : this.clock.nowMs, name, args }),
    })
    const answer = (await response.json()) as { value: T } | { error: Record<string, string> }
    if ('value' in answer) return answer.value
    const { kind, message } = answer.error
    throw kind === 'StoreUnavailable' ? new StoreUnavailable(message) : new Error(message)
  }

  async close(): Promise<void> {
    await this.#miniflare.dispose()
  }
}

/** A folder of its own under the system's temporary one, and how to be rid of it. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tollgate-store-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
