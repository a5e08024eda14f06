// The terminal that this process runs in.
import { randomUUID } from 'node:crypto'
import { homedir, userInfo } from 'node:os'
import { isAbsolute } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { EXIT_CODES } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

export function nodeTerminal(): Terminal {
  const interrupt = new AbortController()
  process.once('SIGINT', () => {
    interrupt.abort()
    // Whoever presses it again wants out, whatever is still being cleaned up.
    process.once('SIGINT', () => process.exit(EXIT_CODES.interrupted))
  })
  // `tollgate ledger acme | head` ends the reader first; that is no failure.
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(EXIT_CODES.ok)
    process.stderr.write(`error: standard output cannot be written: ${message}\n`)
    process.exit(EXIT_CODES.failure)
  })
  // What cannot be told is no reason to leave off, and the exit code still says how it ended.
  process.stderr.on('error', () => undefined)
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    homeFolder: homeFolder(),
    now: () => Date.now(),
    randomUuid: () => randomUUID(),
    pause: (ms) => pause(ms, undefined, { signal: interrupt.signal }),
    interrupted: interrupt.signal,
  }
}

/**
 * Never a folder that depends on where one stands: an empty HOME would put tokens into the project that
 * is worked on. A user that the system does not know has `/`, as containers have it.
 */
function homeFolder(): string {
  try {
    const home = homedir()
    return isAbsolute(home) ? home : userInfo().homedir
  } catch {
    return '/'
  }
}
