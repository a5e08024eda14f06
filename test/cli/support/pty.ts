// The built command line in a pseudo-terminal, as a person has it: `script` of util-linux makes one
// for it, types what a test types, and hands on what the terminal shows, its echo included.
import { execFileSync, spawn } from 'node:child_process'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE_MS = 15_000
const POLL_MS = 10

/** Why there can be no pseudo-terminal here; null when there can. */
export function whyNoPty(): string | null {
  try {
    const version = execFileSync('script', ['--version'], { encoding: 'utf8', stdio: 'pipe' })
    return version.includes('util-linux') ? null : 'script is not that of util-linux'
  } catch {
    return 'there is no script (util-linux, Debian package bsdutils)'
  }
}

export interface PtyOptions {
  /** What a shell runs; `$TOLLGATE` is the command line. */
  readonly command: string
  readonly cliPath: string
  readonly home: string
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
}

export interface Pty {
  /** All that the terminal has shown, with line ends as `\n`. */
  shown(): string
  /** Until it has shown this. */
  sees(text: string): Promise<void>
  type(text: string): void
  readonly exited: Promise<number | null>
}

export const CTRL_C = '\u0003'
export const CTRL_D = '\u0004'

export function openPty({ command, cliPath, home, columns = 80, env = {} }: PtyOptions): Pty {
  const child = spawn(
    'script',
    [
      '--quiet',
      '--flush',
      '--return',
      '--command',
      `stty cols ${columns} rows 50; ${command}`,
      '/dev/null',
    ],
    {
      env: {
        PATH: process.env['PATH'],
        SHELL: '/bin/sh',
        TERM: 'xterm-256color',
        LANG: 'C.UTF-8',
        HOME: home,
        TOLLGATE: `${process.execPath} ${cliPath}`,
        ...env,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  const shown = (): string => output.replaceAll('\r\n', '\n')
  return {
    shown,
    exited,
    type: (text) => void child.stdin.write(text),
    async sees(text) {
      const deadline = Date.now() + PATIENCE_MS
      while (!shown().includes(text)) {
        if (Date.now() > deadline) throw new Error(`never saw ${JSON.stringify(text)}: ${shown()}`)
        await pause(POLL_MS)
      }
    },
  }
}
