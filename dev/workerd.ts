// Starts and ends the workerd process that serves the Worker on this machine: for local start-up,
// for tests and for benchmarks alike. No proxy stands before it, in Node or in workerd.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import * as z from 'zod'
import { CRON_SOCKET, OBJECTS_FOLDER, socketName, writeWorkerdConfig } from './workerd-config.ts'

export interface WorkerdOptions {
  /** Absolute folder for the configuration and the Durable Objects; made when absent. */
  readonly folder: string
  readonly workerPath: string
  /** Where each instance listens, `127.0.0.1:0` for a free port. */
  readonly addresses: readonly string[]
  /** Text bindings; they travel in the environment, so that no secret reaches disk or command line. */
  readonly bindings: Readonly<Record<string, string>>
  /** Absolute path of a file for workerd's trace of every operation; it slows everything. */
  readonly tracePath?: string
  /** Whether `fireCron` can be called. */
  readonly cron?: boolean
  /** Hears whatever the process prints, logs of the Worker included. */
  readonly onOutput: (text: string) => void
}

export interface Workerd {
  readonly pid: number
  /** `http://host:port` of each instance, in the order of the addresses. */
  readonly urls: readonly string[]
  /** Resolves when the process is gone, however that came about. */
  readonly gone: Promise<void>
  /** The Worker's `scheduled` handler, to its end. Rejects when it has failed, or is not there. */
  fireCron(): Promise<void>
  /** Ends the process within about a second, open streams or not, and waits for it. */
  stop(): Promise<void>
  /** `kill -9`: nothing is flushed, nothing is said. */
  kill(): Promise<void>
}

class WorkerdFailed extends Error {
  override readonly name = 'WorkerdFailed'
}

/** The package is CommonJS without types; it exports the path of its executable. */
const { default: executable } = z
  .object({ default: z.string() })
  .parse(createRequire(import.meta.url)('workerd'))

/** How long open streams may hold up the end. */
const GRACE_MS = 1_000

const Fired = z.object({ outcome: z.string() })
const Listening = z.object({ event: z.literal('listen'), socket: z.string(), port: z.int() })

/** Resolves when every instance listens. Rejects with what workerd printed when it does not come up. */
export async function startWorkerd(options: WorkerdOptions): Promise<Workerd> {
  await mkdir(join(options.folder, OBJECTS_FOLDER), { recursive: true, mode: 0o700 })
  const configPath = join(options.folder, 'workerd.capnp')
  await writeFile(
    configPath,
    writeWorkerdConfig({ ...options, bindingNames: Object.keys(options.bindings) }),
  )
  const tracing = options.tracePath === undefined ? [] : [`--async-trace=${options.tracePath}`]
  const experimental = options.cron === true ? ['--experimental'] : []
  const flags = ['--control-fd=3', ...experimental, ...tracing]
  const child = spawn(executable, ['serve', ...flags, configPath], {
    cwd: options.folder,
    env: { ...options.bindings },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const printed: string[] = []
  const heard = (chunk: string): void => {
    if (printed.length < 100) printed.push(chunk)
    options.onOutput(chunk)
  }
  child.stdout?.setEncoding('utf8').on('data', heard)
  child.stderr?.setEncoding('utf8').on('data', heard)
  // However this process ends, short of a kill -9, workerd does not outlive it.
  const killWithUs = (): boolean => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      process.off('exit', killWithUs)
      resolve()
    })
  })
  const ports = await new Promise<ReadonlyMap<string, number>>((resolve, reject) => {
    child.once('error', (cause) => reject(new WorkerdFailed('workerd did not start', { cause })))
    child.once('close', () =>
      reject(new WorkerdFailed(printed.join('') || 'workerd ended at once')),
    )
    hearPorts(child, options.addresses.length + (options.cron === true ? 1 : 0), resolve)
  })
  return {
    pid: child.pid ?? 0,
    urls: options.addresses.map((address, instance) => {
      const host = address.slice(0, address.lastIndexOf(':'))
      return `http://${host}:${ports.get(socketName(instance))}`
    }),
    gone,
    async fireCron() {
      const fired = await fetch(`http://127.0.0.1:${ports.get(CRON_SOCKET)}`)
      const { outcome } = Fired.parse(await fired.json())
      if (outcome !== 'ok') throw new WorkerdFailed(`the cron trigger ended with ${outcome}`)
    },
    async stop() {
      child.kill('SIGTERM')
      const forced = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
      await gone
      clearTimeout(forced)
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** Follows the control channel until `wanted` sockets have told their ports. */
function hearPorts(
  child: ChildProcess,
  wanted: number,
  done: (ports: ReadonlyMap<string, number>) => void,
): void {
  const ports = new Map<string, number>()
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    const message = Listening.safeParse(JSON.parse(line))
    if (message.success) ports.set(message.data.socket, message.data.port)
    if (ports.size === wanted) done(ports)
  })
}
