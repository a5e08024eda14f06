// The command line in this process, with a terminal made of text: what a test types goes in, what
// was printed comes out. Waiting takes no time; Ctrl-C is a number of waits.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { run } from '../../../cli/run.ts'
import type { Terminal } from '../../../cli/terminal.ts'
import { AT } from './recorded-gateway.ts'

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** What a person types: then stdin and stderr are a terminal. */
  readonly typed?: string
  /** Of stdout, when that is a terminal; of stderr too, when someone types. */
  readonly columns?: number
  readonly rows?: number
  /** Ctrl-C comes in the pause after so many. */
  readonly interruptAfterPauses?: number
  /** Ctrl-C comes as soon as this was printed. */
  readonly interruptAt?: string
}

export interface CliResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly pauses: readonly number[]
}

export type Cli = (args: readonly string[], options?: CliOptions) => Promise<CliResult>

/** A home of its own for `use`, gone afterwards. */
export async function withCli<T>(
  use: (cli: Cli, home: string) => Promise<T>,
  env: Readonly<Record<string, string>> = {},
  randomUuid: () => string = numbered(),
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'tollgate-cli-'))
  try {
    return await use(
      (args, options = {}) =>
        runCli(home, randomUuid, args, { ...options, env: { ...env, ...options.env } }),
      home,
    )
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** Names that are told in tests; a server that remembers names needs others. */
function numbered(): () => string {
  let uuids = 0
  return () => `uuid-${(uuids += 1)}`
}

async function runCli(
  home: string,
  randomUuid: () => string,
  args: readonly string[],
  {
    env = {},
    stdin = '',
    typed,
    columns,
    rows,
    interruptAfterPauses = Infinity,
    interruptAt,
  }: CliOptions,
): Promise<CliResult> {
  const interrupt = new AbortController()
  const look = (text: string): void => {
    if (interruptAt !== undefined && text.includes(interruptAt)) interrupt.abort()
  }
  const [out, err] = [collector(look), collector()]
  const pauses: number[] = []
  const code = await run(args, {
    stdin: Object.assign(new PassThrough().end(typed ?? stdin), { isTTY: typed !== undefined }),
    stdout:
      columns === undefined
        ? out.stream
        : Object.assign(out.stream, { isTTY: true, columns, rows }),
    stderr: Object.assign(err.stream, { isTTY: typed !== undefined, columns }),
    env,
    homeFolder: home,
    now: () => Date.parse(AT),
    randomUuid,
    pause: async (ms) => {
      if (pauses.length >= interruptAfterPauses) interrupt.abort()
      interrupt.signal.throwIfAborted()
      pauses.push(ms)
      return Promise.resolve()
    },
    interrupted: interrupt.signal,
  })
  return { code, stdout: out.text(), stderr: err.text(), pauses }
}

function collector(look: (text: string) => void = () => undefined) {
  let text = ''
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk)
      look(text)
      done()
    },
  })
  return { stream, text: () => text }
}

/** For the tree of commands alone: nothing is read or printed. */
export function idleTerminal(): Terminal {
  return {
    stdin: new PassThrough(),
    stdout: collector().stream,
    stderr: collector().stream,
    env: {},
    homeFolder: '/nonexistent',
    now: () => 0,
    randomUuid: () => '',
    pause: () => Promise.resolve(),
    interrupted: new AbortController().signal,
  }
}
