// The package as npm makes it: the command line, what tells how to use it, and nothing else.
import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { buildCli } from '../../build/cli.ts'

const Packed = z.tuple([
  z.looseObject({
    filename: z.string(),
    files: z.array(z.looseObject({ path: z.string(), mode: z.int() })),
  }),
])
const Manifest = z.looseObject({ version: z.string(), private: z.literal(true) })

const options: ExecFileSyncOptionsWithStringEncoding = {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
}

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-package-'))
  await buildCli()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Without the build that goes before it: that was made above. */
function pack(...flags: readonly string[]) {
  const args = ['pack', '--json', '--ignore-scripts', ...flags]
  const [packed] = Packed.parse(JSON.parse(execFileSync('npm', args, options)))
  return packed
}

it('holds the command line and its guides, and neither tests, sources nor anything of this machine', () => {
  const { files } = pack('--dry-run')
  expect(files.map(({ path }) => path).toSorted()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist/cli/tollgate.js',
    'docs/admin.md',
    'docs/cli.md',
    'package.json',
  ])
  expect(files.find(({ path }) => path === 'dist/cli/tollgate.js')?.mode).toBe(0o755)
})

it('holds all that the command line needs', async () => {
  const { filename } = pack('--pack-destination', folder)
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder], options)
  const { version } = Manifest.parse(JSON.parse(await readFile('package.json', 'utf8')))
  const command = join(folder, 'package/dist/cli/tollgate.js')
  const told = execFileSync(process.execPath, [command, '--version'], { ...options, cwd: folder })
  expect(told).toBe(`${version}\n`)
})
