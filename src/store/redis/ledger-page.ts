/** A page of the ledger, from the fields that the scripts append; see docs/storage-schema.md. */
import * as z from 'zod'
import { readCause } from '../../account/limits/refusals.ts'
import type {
  ControlEntry,
  LedgerEntry,
  Outcome,
  QuotaEntry,
  RefusalEntry,
  RequestContext,
  RequestEntry,
  ResetEntry,
} from '../../ledger/entry.ts'
import { Digits, integer, list, malformed, parseJson, textAt, texts } from './reply.ts'

/** In the order in which encode.ts writes it. */
const Context = z.tuple([
  z.string(),
  z.string(),
  z.string(),
  z.string().nullable(),
  z.string().nullable(),
  z.string().nullable(),
  z.string(),
])

export function parseContext(json: string): RequestContext {
  const [requestId, upstream, operation, model, user, keyId, priceVersion] = parseJson(
    Context,
    json,
  )
  return { requestId, upstream, operation, model, user, keyId, priceVersion }
}

/** In the order in which encode.ts, and sweep.lua for an end that nobody saw, writes it. */
const OutcomeRow = z.tuple([
  z.enum(['provider', 'partial', 'estimated', 'hold_expired', 'none']),
  z.number(),
  z.enum(['completed', 'client_left', 'upstream_failed', 'fenced', 'abandoned']),
  z.string().nullable(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
])

function parseOutcome(json: string): Outcome {
  const [provenance, status, ended, modelServed, ...numbers] = parseJson(OutcomeRow, json)
  const [cacheReadTokens, cacheWriteTokens, reasoningTokens, latencyMs, bytesIn, bytesOut] = numbers
  const tokens = { cacheReadTokens, cacheWriteTokens, reasoningTokens }
  return { provenance, status, ended, modelServed, ...tokens, latencyMs, bytesIn, bytesOut }
}

/** An absent `before` or `after` is how JSON says undefined. */
const Note = z.strictObject({
  actor: z.string(),
  action: z.string(),
  before: z.unknown(),
  after: z.unknown(),
})

const ResetNote = z.strictObject({
  actor: z.string(),
  budget: z.string(),
  reason: z.string().nullable(),
})

const REQUEST_KINDS = [
  'settled',
  'expired',
  'late',
  'hold_lost',
  'abandoned',
  'unresolved',
] as const satisfies readonly RequestEntry['kind'][]

export function decodeLedgerPage(reply: unknown): readonly LedgerEntry[] {
  return list(reply).map((row) => decodeEntry(texts(row)))
}

function decodeEntry([seq = '', ...pairs]: readonly string[]): LedgerEntry {
  const fields = new Map<string, string>()
  for (let at = 0; at < pairs.length; at += 2) {
    fields.set(textAt(pairs, at), textAt(pairs, at + 1))
  }
  const field = (name: string) => fields.get(name) ?? malformed()
  const numbers = new Digits(field('n'))
  const head = { seq: integer(seq), atMs: numbers.next() }
  const kind = field('k')
  const entry = entryOf(kind, head, numbers, field)
  numbers.end()
  return entry
}

function entryOf(kind: string, head: Head, numbers: Digits, field: Field): LedgerEntry {
  switch (kind) {
    case 'control':
      return controlEntry(head, field)
    case 'refused':
      return refusalEntry(head, numbers, field)
    case 'quota':
      return quotaEntry(head, numbers, field)
    case 'reset':
      return resetEntry(head, numbers, field)
    default:
      return requestEntry(head, kind, numbers, field)
  }
}

type Head = Pick<LedgerEntry, 'seq' | 'atMs'>
type Field = (name: string) => string

function controlEntry(head: Head, field: Field): ControlEntry {
  const { actor, action, before, after } = parseJson(Note, field('b'))
  return { ...head, kind: 'control', actor, action, before, after }
}

function refusalEntry(head: Head, numbers: Digits, field: Field): RefusalEntry {
  const minuteMs = numbers.next()
  return { ...head, kind: 'refused', ...readCause(field('r')), minuteMs, count: numbers.next() }
}

function quotaEntry(head: Head, numbers: Digits, field: Field): QuotaEntry {
  return {
    ...head,
    kind: 'quota',
    quota: field('r'),
    minuteMs: numbers.next(),
    acquired: numbers.next(),
    released: numbers.next(),
    expired: numbers.next(),
    used: numbers.next(),
  }
}

function resetEntry(head: Head, numbers: Digits, field: Field): ResetEntry {
  const { actor, budget, reason } = parseJson(ResetNote, field('b'))
  const [start, before, after] = [numbers.next(), numbers.next(), numbers.next()]
  return { ...head, kind: 'reset', actor, budget, start, before, after, reason }
}

function requestEntry(head: Head, named: string, numbers: Digits, field: Field): RequestEntry {
  const kind = REQUEST_KINDS.find((known) => known === named) ?? malformed()
  const outcome = field('o')
  const entry = {
    ...head,
    kind,
    holdId: field('h'),
    context: parseContext(field('c')),
    periods: { day: numbers.next(), month: numbers.next() },
    charge: readCharge(numbers),
    overage: { tokens: numbers.next(), nanoUsd: numbers.next() },
    outcome: outcome === '' ? null : parseOutcome(outcome),
  }
  return kind === 'unresolved' ? { ...entry, claimed: readCharge(numbers) } : entry
}

function readCharge(numbers: Digits): RequestEntry['charge'] {
  return {
    inputTokens: numbers.next(),
    outputTokens: numbers.next(),
    nanoUsd: numbers.next(),
  }
}
