/**
 * From a script's answer to the reply of its command, in the terms of that command: a reading stands
 * at the place of the limit it was asked for. Throws MalformedReply for anything else.
 */
import type { MeterReading, Refusal } from '../../account/answers.ts'
import type {
  AccountCommand,
  AdmitCommand,
  AdmitReply,
  ExtendReply,
  Receipt,
  ReplyTo,
  SettleCommand,
  SettleReply,
} from '../../account/commands.ts'
import { MAX_CONCURRENCY } from '../../account/limits/meters.ts'
import { readBudget, readRate } from './decode-meters.ts'
import { decodeAcquire, decodeRelease } from './decode-quota.ts'
import { GONE, snapshotOf, staleOrGone } from './decode-snapshot.ts'
import { decodeReset, decodeUsage } from './decode-usage.ts'
import { decodeRecount, decodeStock } from './decode-stock.ts'
import { decodeView } from './decode-view.ts'
import { parseContext } from './ledger-page.ts'
import { Digits, integer, list, malformed, textAt, texts } from './reply.ts'

type Commands = { readonly [C in AccountCommand as C['type']]: C }
type Type = keyof Commands
type Decoders = {
  readonly [T in Type]: (reply: unknown, sent: Commands[T]) => ReplyTo<Commands[T]>
}

const decoders: Decoders = {
  admit: decodeAdmit,
  settle: decodeSettle,
  renew: (reply) => {
    const [type, leaseMs = ''] = texts(reply)
    if (type === 'renewed') return { type, leaseMs: integer(leaseMs) }
    return type === 'gone' ? GONE : malformed()
  },
  extend: decodeExtend,
  abandon: (reply) => {
    const type = textAt(texts(reply), 0)
    return type === 'abandoned' ? { type } : type === 'gone' ? GONE : malformed()
  },
  sweep: (reply) => {
    const [type, due = ''] = texts(reply)
    if (type === 'swept') return { type, nextDueMs: due === '-' ? null : integer(due) }
    return type === 'gone' ? GONE : malformed()
  },
  load: (reply) => {
    const values = texts(reply)
    return values[0] === 'current' ? { type: 'current' } : staleOrGone(values)
  },
  refuse: (reply) => {
    const values = texts(reply)
    return values[0] === 'confirmed' ? { type: 'confirmed' } : staleOrGone(values)
  },
  create: (reply) => {
    const values = texts(reply)
    if (values[0] === 'created') return { type: 'created', version: textAt(values, 1) }
    return values[0] === 'exists' ? { type: 'exists', snapshot: snapshotOf(values) } : malformed()
  },
  change: (reply) => {
    const values = texts(reply)
    if (values[0] === 'changed') return { type: 'changed', version: textAt(values, 1) }
    return staleOrGone(values)
  },
  erase: (reply) => {
    const type = textAt(texts(reply), 0)
    return type === 'erased' ? { type } : type === 'gone' ? GONE : malformed()
  },
  view: decodeView,
  usage: decodeUsage,
  acquire: decodeAcquire,
  release: decodeRelease,
  reset: decodeReset,
  stock: decodeStock,
  recount: decodeRecount,
}

export function decodeReply<T extends Type>(
  type: T,
  reply: unknown,
  sent: Commands[T],
): ReplyTo<Commands[T]> {
  return decoders[type](reply, sent)
}

function decodeAdmit(reply: unknown, sent: AdmitCommand): AdmitReply {
  const whole = list(reply)
  if (whole[0] === 'admitted') return decodeAdmitted(whole, sent)
  const values = texts(whole)
  const type = textAt(values, 0)
  switch (type) {
    case 'refused': {
      const meters = readLimits(new Digits(textAt(values, 4)), sent)
      return { type: 'refused', refusal: readRefusal(values), meters }
    }
    case 'periods_stale':
      return { type: 'periods_stale', nowMs: integer(textAt(values, 1)) }
    case 'place_unknown':
    case 'place_known':
    case 'place_moved':
      return { type, place: textAt(values, 1) }
    case 'key_expired':
    case 'hold_spent':
      return { type }
    default:
      return staleOrGone(values)
  }
}

/**
 * A fresh admission holds what was asked for; a repeated one tells, after a `+`, what the first has
 * held.
 */
function decodeAdmitted(reply: readonly unknown[], sent: AdmitCommand): AdmitReply {
  const end = reply.indexOf('+')
  const read = new Digits(...reply.slice(1, end < 0 ? undefined : end))
  const [context, ...held] = end < 0 ? [] : texts(reply.slice(end + 1))
  const admittedAtMs = read.next()
  const granted = read.next()
  const leaseMs = read.next()
  const periods = { day: read.next(), month: read.next() }
  const receipt: Receipt = {
    holdId: sent.holdId,
    incarnation: incarnationOf(sent.version),
    admittedAtMs,
    periods,
    budgets:
      context === undefined
        ? sent.budgets.map(({ id, period, measure }) => ({ id, start: periods[period], measure }))
        : readHeld(held),
    context: context === undefined ? sent.context : parseContext(context),
  }
  return { type: 'admitted', receipt, granted, leaseMs, meters: readLimits(read, sent) }
}

function readHeld(values: readonly string[]): Receipt['budgets'] {
  const held: Receipt['budgets'][number][] = []
  for (let at = 0; at < values.length; at += 3) {
    const measure = textAt(values, at + 2)
    if (measure !== 'tokens' && measure !== 'nano_usd') malformed()
    held.push({ id: textAt(values, at), start: integer(textAt(values, at + 1)), measure })
  }
  return held
}

function decodeSettle(reply: unknown, { receipt }: SettleCommand): SettleReply {
  const values = texts(reply)
  if (values[0] === 'unresolved') return { type: 'unresolved' }
  if (values[0] === 'gone') return GONE
  if (values[0] !== 'settled') malformed()
  const charge = new Digits(textAt(values, 1))
  const charged = {
    inputTokens: charge.next(),
    outputTokens: charge.next(),
    nanoUsd: charge.next(),
  }
  charge.end()
  const repeated = textAt(values, 2)
  if (repeated !== '0' && repeated !== '1') malformed()
  const read = new Digits(textAt(values, 3))
  const meters = receipt.budgets.map(({ id }): MeterReading => {
    const used = read.next()
    return { id, kind: 'budget', limit: null, used, held: read.next(), resetsAtMs: null }
  })
  read.end()
  return { type: 'settled', charged, repeated: repeated === '1', meters }
}

function decodeExtend(reply: unknown): ExtendReply {
  const values = texts(reply)
  switch (textAt(values, 0)) {
    case 'extended':
      return { type: 'extended' }
    case 'refused':
      return { type: 'refused', refusal: readRefusal(values) }
    case 'gone':
      return GONE
    default:
      return malformed()
  }
}

const REASONS = ['rate', 'budget', 'in_flight', 'concurrency', 'quota'] as const

function readRefusal(values: readonly string[]): Refusal {
  const reason = REASONS.find((known) => known === values[1]) ?? malformed()
  const read = new Digits(textAt(values, 3))
  const refusal: Refusal = {
    reason,
    id: textAt(values, 2),
    limit: read.next(),
    used: read.next(),
    held: read.next(),
    asked: read.next(),
    retryAfterMs: read.optional(),
    resetsAtMs: read.optional(),
  }
  read.end()
  return refusal
}

function readLimits(
  read: Digits,
  { rates, budgets, maxConcurrency }: Pick<AdmitCommand, 'rates' | 'budgets' | 'maxConcurrency'>,
): readonly MeterReading[] {
  const meters = [
    ...rates.map((rate) => readRate(read, rate)),
    ...budgets.filter(({ limit }) => limit !== null).map((budget) => readBudget(read, budget)),
  ]
  if (maxConcurrency !== null) {
    const used = read.next()
    const limit = maxConcurrency
    meters.push({ id: MAX_CONCURRENCY, kind: 'quota', limit, used, held: 0, resetsAtMs: null })
  }
  read.end()
  return meters
}

/** Before its counter and its nonce, in neither of which a full stop stands. */
function incarnationOf(version: string): string {
  const [, incarnation = malformed()] = /^(.+)\.\d+\.[^.]*$/s.exec(version) ?? malformed()
  return incarnation
}
