// Serves one small worker of this folder on `workerd serve`: bundled as the Worker itself is, and
// with nothing before it.
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import * as z from 'zod'
import { compatibilityDate } from '../build/runtime.ts'
import type { Place, Target } from './row.ts'

interface SmallWorker {
  /** Source file in `workers/`. */
  readonly file: string
  /** The Durable Object class behind the binding OBJECT. */
  readonly objectClass?: string
}

/** The package is CommonJS without types; it exports the path of its executable. */
const { default: executable } = z
  .object({ default: z.string() })
  .parse(createRequire(import.meta.url)('workerd'))

const Listening = z.object({ event: z.literal('listen'), port: z.int() })

export async function serveSmallWorker(
  place: Place,
  { file, objectClass }: SmallWorker,
): Promise<Target> {
  const { folder } = place
  await mkdir(join(folder, 'objects'), { recursive: true })
  await build({
    entryPoints: [fileURLToPath(new URL(`workers/${file}`, import.meta.url))],
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
  })
  const configPath = join(folder, 'workerd.capnp')
  await writeFile(configPath, configuration(objectClass))
  const child = spawn(executable, ['serve', '--control-fd=3', configPath], {
    cwd: folder,
    env: { UPSTREAM_URL: place.upstreamUrl },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  child.stdout?.setEncoding('utf8').on('data', place.onOutput)
  child.stderr?.setEncoding('utf8').on('data', place.onOutput)
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  place.onStarted(stop)
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => reject(new Error(`workerd ended with ${file}`)))
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      const message = Listening.safeParse(JSON.parse(line))
      if (message.success) resolve(message.data.port)
    })
  })
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? null, key: null }
}

function configuration(objectClass: string | undefined): string {
  const bindings = ['(name = "UPSTREAM_URL", fromEnvironment = "UPSTREAM_URL")']
  if (objectClass !== undefined) {
    bindings.push(`(name = "OBJECT", durableObjectNamespace = "${objectClass}")`)
  }
  const objects =
    objectClass === undefined
      ? ''
      : `durableObjectNamespaces = [(className = "${objectClass}", uniqueKey = "${objectClass}", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),`
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "network", network = (allow = ["private"])),
    (name = "objects", disk = (path = "objects", writable = true)),
    (name = "main", worker = .main),
  ],
  sockets = [(name = "main", address = "127.0.0.1:0", http = (), service = "main")],
);

const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "${compatibilityDate}",
  bindings = [${bindings.join(', ')}],
  globalOutbound = "network",
  ${objects}
);
`
}
