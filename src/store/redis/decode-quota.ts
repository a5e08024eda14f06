/** What acquire.lua and release.lua answer. */
import type {
  AcquireCommand,
  AcquireReply,
  LevelReading,
  ReleaseReply,
} from '../../account/quota-commands.ts'
import { staleOrGone } from './decode-snapshot.ts'
import { Digits, integer, malformed, textAt, texts } from './reply.ts'

export function decodeAcquire(reply: unknown, sent: AcquireCommand): AcquireReply {
  const values = texts(reply)
  const type = textAt(values, 0)
  switch (type) {
    case 'acquired': {
      const [, state, figures = '', repeated] = values
      if (state !== 'held' && state !== 'released' && state !== 'expired') return malformed()
      const read = new Digits(figures)
      const acquisition = { amount: read.next(), expiresAtMs: read.optional(), state } as const
      return { type, acquisition, level: readLevel(read), repeated: flag(repeated) }
    }
    case 'refused': {
      const limit = sent.limit ?? Number.MAX_SAFE_INTEGER
      const why = { reason: 'quota', held: 0, retryAfterMs: null, resetsAtMs: null } as const
      const used = integer(textAt(values, 1))
      return { type, refusal: { ...why, id: sent.quota, limit, used, asked: sent.amount } }
    }
    case 'key_expired':
    case 'mismatch':
    case 'crowded':
      return { type }
    default:
      return staleOrGone(values)
  }
}

export function decodeRelease(reply: unknown): ReleaseReply {
  const values = texts(reply)
  const type = textAt(values, 0)
  switch (type) {
    case 'released': {
      const [, figures = '', repeated] = values
      const read = new Digits(figures)
      const amount = read.next()
      return { type, amount, level: readLevel(read), repeated: flag(repeated) }
    }
    case 'not_used':
      return { type, level: readLevel(new Digits(textAt(values, 1))) }
    case 'not_acquired':
    case 'key_expired':
    case 'mismatch':
    case 'crowded':
      return { type }
    default:
      return staleOrGone(values)
  }
}

function readLevel(read: Digits): LevelReading {
  const level = { used: read.next(), highWater: read.next() }
  read.end()
  return level
}

function flag(text: string | undefined): boolean {
  return text === '1' ? true : text === '0' ? false : malformed()
}
