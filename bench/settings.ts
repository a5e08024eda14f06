// The command line of the benchmark.
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { llm } from './llm.ts'
import type { Suite } from './suite.ts'
import { vector } from './vector.ts'

export const USAGE = `Usage: npm run bench -- [suite] [flags]

  llm                 chat completions, plain and streamed (the default)
  vector              a vector service: searches of 10 KB, writes of 1 MB

  --rounds <number>   rounds over all rows and workloads (default 3, at most 50)
  --seconds <number>  seconds of load for each cell in each round (default 1.3, at most 60)
  --quick             one round of half a second each, to see that it runs: no figures to quote
  --help              this text
`

const Settings = z.object({
  rounds: z.coerce.number().int().min(1).max(50),
  seconds: z.coerce.number().min(0.1).max(60),
})
export type Settings = z.infer<typeof Settings> & { readonly suite: Suite }

const SUITES: ReadonlyMap<string, Suite> = new Map([
  ['llm', llm],
  ['vector', vector],
])

/** null when help is asked for. Throws an Error that says what is wrong. */
export function readSettings(args: readonly string[]): Settings | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const [name = 'llm', ...more] = positionals
  const suite = SUITES.get(name)
  if (suite === undefined || more.length > 0) {
    throw new Error(`one suite at a time: ${[...SUITES.keys()].join(' or ')}`)
  }
  const { rounds = values.quick ? 1 : 3, seconds = values.quick ? 0.5 : 1.3 } = values
  const settings = Settings.safeParse({ rounds, seconds })
  if (!settings.success) throw new Error(z.prettifyError(settings.error))
  return { ...settings.data, suite }
}
