// All that a run of `tollgate` has of the outside world, apart from the network and the profile
// file: streams, environment, clock. Passed in, so that tests can be the terminal.
import type { Readable, Writable } from 'node:stream'

export interface OutputStream extends Pick<Writable, 'write'> {
  readonly isTTY?: boolean | undefined
  /** Of a terminal: how many columns and rows it shows; 0 where it does not know. */
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined }
  readonly stdout: OutputStream
  readonly stderr: OutputStream & Writable
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homeFolder: string
  /** Milliseconds since the epoch. */
  now(): number
  randomUuid(): string
  /** Rejects when `interrupted` aborts. */
  pause(ms: number): Promise<void>
  /** Aborts at Ctrl-C. */
  readonly interrupted: AbortSignal
}

/** Of a terminal; null where it is none. */
export function columnsOf({ isTTY, columns = 0 }: OutputStream): number | null {
  if (isTTY !== true) return null
  return columns > 0 ? columns : 80
}

/** Empty counts as unset, as everywhere in the settings of Tollgate. */
export function variable(env: Terminal['env'], name: string): string | undefined {
  return env[name] === '' ? undefined : env[name]
}

/**
 * Whether there is a person to ask, who has not ended their input yet. Prompts go to stderr, so that
 * stdout stays data.
 */
export function isInteractive({ stdin, stderr }: Terminal): boolean {
  return stdin.isTTY === true && stdin.readable && stderr.isTTY === true
}
