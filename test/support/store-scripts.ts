// The Redis store's scripts by the SHA-1 that Redis and Upstash know them by.
import { createHash } from 'node:crypto'
import { scriptNames, scriptText } from '../../src/store/redis/scripts.ts'

const UPSTASH_FLAGS = '#!lua flags=allow-key-locking\n'

export function sha1Of(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('hex')
}

export const storeScripts: ReadonlyMap<string, string> = new Map(
  scriptNames.flatMap((name) =>
    ['', UPSTASH_FLAGS].map((flags) => [sha1Of(flags + scriptText(name)), name] as const),
  ),
)
