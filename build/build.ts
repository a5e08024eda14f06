// The one build: src/index.ts and all it imports -> dist/worker/index.js (not minified: dist/plain/index.js),
// a single ES module for workerd.
// `wrangler deploy`, local start-up, tests and benchmarks all run what this file makes. As a command
// it also prints the size, fails when the Worker has outgrown its limit, and makes the command line.
import { mkdir, readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { buildCli } from './cli.ts'
import { luaForEsbuild } from './lua-plugins.ts'
import { publishedReference } from './publish-plugin.ts'
import { replaceFile } from './replace-file.ts'

/**
 * Start-up time grows with the script, and a cold start is on a tenant's clock. Of this, zod takes
 * 25 KB, Upstash's client 18 KB (its commands cannot be left out one by one), the Lua scripts 16 KB, the
 * reference 35 KB (two texts that are kept, not run), and what vector services let a client say, each
 * written down whole, up to 20 KB a service. Workers take 3 MB.
 */
export const MAX_GZIP_BYTES = 384 * 1024

export interface BuildOptions {
  readonly minify: boolean
  /** Absolute path of a file in the place of tollgate.config.ts; what is built has a folder of its own. */
  readonly config?: string
}

const projectRoot = fileURLToPath(new URL('..', import.meta.url))
const MINIFIED = fileURLToPath(new URL('../dist/worker/index.js', import.meta.url))
const PLAIN = fileURLToPath(new URL('../dist/plain/index.js', import.meta.url))

/**
 * Bundles the Worker and returns the absolute path of the module; its source map lies beside it.
 * Builds may overlap: each file is replaced whole, so no reader ever sees half of one. Rejects with
 * esbuild's own messages when the sources do not bundle, a Node built-in among the imports included.
 */
export async function buildWorker(options: BuildOptions): Promise<string> {
  const { minify, config } = options
  const workerPath = config !== undefined ? configuredPath(config) : minify ? MINIFIED : PLAIN
  const result = await build({
    absWorkingDir: projectRoot,
    entryPoints: ['src/index.ts'],
    outfile: workerPath,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    // Not 'node' and not 'browser': whatever is left unresolved must fail here, not at the edge.
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
    plugins: [
      luaForEsbuild,
      publishedReference,
      ...(config === undefined ? [] : [configuredBy(config)]),
    ],
    minify,
    sourcemap: 'linked',
    legalComments: 'none',
    logLevel: 'silent',
    write: false,
  })
  await mkdir(dirname(workerPath), { recursive: true })
  await Promise.all(result.outputFiles.map((file) => replaceFile(file)))
  return workerPath
}

function configuredPath(config: string): string {
  return fileURLToPath(new URL(`../dist/${basename(config, '.ts')}/index.js`, import.meta.url))
}

function configuredBy(config: string): Plugin {
  return {
    name: 'configured-by',
    setup(building) {
      building.onResolve({ filter: /\/tollgate\.config\.ts$/ }, () => ({ path: config }))
    },
  }
}

/** The size in bytes that counts against a deployment: the module after gzip. */
export function gzipSize(module: Uint8Array): number {
  return gzipSync(module, { level: 9 }).byteLength
}

if (import.meta.main) {
  await buildCli()
  const gzipBytes = gzipSize(await readFile(await buildWorker({ minify: true })))
  const size = `dist/worker/index.js: ${gzipBytes} bytes minified and gzipped (limit ${MAX_GZIP_BYTES})`
  if (gzipBytes > MAX_GZIP_BYTES) {
    console.error(`${size}: too large`)
    process.exitCode = 1
  } else {
    console.log(size)
  }
}
