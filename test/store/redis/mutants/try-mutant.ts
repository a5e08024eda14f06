// Runs the suite on the scripts with one fault in them, in a process of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'

const CONFIG = fileURLToPath(new URL('vitest.config.ts', import.meta.url))
const VITEST = fileURLToPath(new URL('../../../../node_modules/vitest/vitest.mjs', import.meta.url))

const Report = z.object({
  numPassedTests: z.int(),
  testResults: z.array(
    z.object({
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

export interface Trial {
  readonly passed: number
  /** The test that the fault did not get past; null where it got past all. */
  readonly failed: string | null
}

/** `name` as `nameOf` gives it, or empty for the scripts as they are. Rejects when no test was run. */
export async function tryMutant(name: string): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-mutant-'))
  const report = join(folder, 'report.json')
  try {
    const reporting = ['--reporter=json', `--outputFile=${report}`]
    const child = spawn(process.execPath, [VITEST, 'run', '--config', CONFIG, ...reporting], {
      env: environment(name),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const said: string[] = []
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')))
    await once(child, 'close')
    const text = await readFile(report, 'utf8').catch(() => '')
    if (text === '') throw new Error(`the suite did not run: ${said.join('')}`)
    const { numPassedTests, testResults } = Report.parse(JSON.parse(text))
    const results = testResults.flatMap(({ assertionResults }) => assertionResults)
    const failed = results.find(({ status }) => status === 'failed')?.fullName ?? null
    if (child.exitCode !== 0 && failed === null) {
      throw new Error(`the suite failed without a test: ${said.join('')}`)
    }
    return { passed: numPassedTests, failed }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Without what the runner around it has set, the length of the long runs among it. */
function environment(name: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([variable]) => !variable.startsWith('VITEST') && !variable.startsWith('TOLLGATE'),
  )
  return { ...Object.fromEntries(own), TOLLGATE_LUA_MUTANT: name }
}
