// The bundle as it would be deployed, and what is said of it in wrangler.toml.
import { readFile } from 'node:fs/promises'
import { build } from 'esbuild'
import { expect, inject, it } from 'vitest'
import { gzipSize, MAX_GZIP_BYTES } from '../../build/build.ts'
import { compatibilityDate, compatibilityFlags, durableObjects } from '../../build/runtime.ts'

it('keeps the Worker within its size limit', async () => {
  const module = await readFile(inject('workerPath'))

  expect(gzipSize(module)).toBeLessThanOrEqual(MAX_GZIP_BYTES)
})

it('bundles everything but what workerd itself provides, and exports each Durable Object class', async () => {
  const { metafile } = await build({
    entryPoints: [inject('workerPath')],
    bundle: true,
    format: 'esm',
    external: ['*'],
    metafile: true,
    write: false,
    outfile: 'index.js',
  })
  const [output] = Object.values(metafile.outputs)

  expect(output?.imports.map((found) => found.path).filter(isForeign)).toEqual([])
  expect(output?.exports).toEqual(
    expect.arrayContaining(['default', ...Object.values(durableObjects)]),
  )
})

it('deploys with the runtime that local runs and tests use', async () => {
  const wrangler = await readFile('wrangler.toml', 'utf8')
  const bindings = [...wrangler.matchAll(/^name = "([A-Z]+)"\nclass_name = "(\w+)"$/gm)]

  expect(wrangler).toContain(`compatibility_date = "${compatibilityDate}"\n`)
  expect(wrangler).toContain(`compatibility_flags = ${JSON.stringify(compatibilityFlags)}\n`)
  expect(Object.fromEntries(bindings.map(([, name, className]) => [name, className]))).toEqual(
    durableObjects,
  )
})

function isForeign(path: string): boolean {
  return !path.startsWith('cloudflare:')
}
