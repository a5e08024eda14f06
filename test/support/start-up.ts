// `npm run dev` as a person starts it: a process of its own, in a folder of state of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

const projectFolder = join(import.meta.dirname, '../..')
const PATIENCE_MS = 20_000

/** Empty counts as unset, and keeps a developer's own .dev.vars, real provider keys included, out. */
const UNSET = Object.fromEntries(
  [
    'ADMIN_TOKEN',
    'JWT_ISSUERS',
    'KEY_PEPPERS',
    'REDIS_LOCKS',
    'REDIS_URL',
    'STORE_DEADLINE_MS',
    'UPSTASH_REDIS_REST_TOKEN',
    'UPSTASH_REDIS_REST_URL',
    ...[
      'ANTHROPIC',
      'CHROMA',
      'OPENAI',
      'PINECONE',
      'QDRANT',
      'UPSTASH_VECTOR',
      'WEAVIATE',
    ].flatMap((upstream) => [`UPSTREAM_${upstream}_KEY`, `UPSTREAM_${upstream}_URL`]),
  ].map((name) => [name, '']),
)

export interface StartUp {
  readonly pid: number
  stdout(): string
  stderr(): string
  /** The line `ready ...`; rejects with what was printed when the process ends without it. */
  ready(): Promise<string>
  /** The exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>
  kill(signal: NodeJS.Signals): void
}

export interface StartUpOptions {
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Through npm, or Node alone. */
  readonly through?: 'npm' | 'node'
}

/** Starts `npm run dev` with nothing of this process's own settings. */
export function startUp(stateFolder: string, options: StartUpOptions = {}): StartUp {
  const { args = [], environment = {}, through = 'node' } = options
  const [command, first] =
    through === 'npm'
      ? (['npm', ['run', 'dev', '--']] as const)
      : ([process.execPath, ['dev/main.ts']] as const)
  const child = spawn(command, [...first, ...args], {
    cwd: projectFolder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...UNSET,
      TOLLGATE_STATE_DIR: stateFolder,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
  })
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    exited,
    kill: (signal) => child.kill(signal),
    ready: () =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = /^ready \S+$/m.exec(stdout)?.[0]
          if (line !== undefined) resolve(line)
        }
        child.stdout.on('data', look)
        void exited.then(() => reject(new Error(`it ended: ${stdout}${stderr}`)))
        setTimeout(() => reject(new Error(`not ready: ${stdout}${stderr}`)), PATIENCE_MS).unref()
        look()
      }),
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** A folder that is gone after `use`. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-state-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
