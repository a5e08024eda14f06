// What the exit code of `tollgate` says to a script. Documented in docs/cli.md and `tollgate --help`.

export const EXIT_CODES = {
  ok: 0,
  /** Something failed that is none of the below; a job that ended with failures. */
  failure: 1,
  /** The command line, or a value in it, is wrong: whether we say so or the server (400, 413, 415, 422). */
  usage: 2,
  /** 401, 403, or no token. */
  auth: 3,
  not_found: 4,
  /** 409, and 412: it has changed since it was read. */
  conflict: 5,
  /** 429, or a person who did not confirm. */
  refused: 6,
  /** No answer, or one that says that the gateway or its store is down (502, 503, 504). */
  unreachable: 7,
  /** As shells have it: 128 + SIGINT. */
  interrupted: 130,
} as const

export type Outcome = keyof typeof EXIT_CODES
export type FailureKind = Exclude<Outcome, 'ok'>
