/** A page of the ledger, from the fields that the scripts append; see docs/storage-schema.md. */
import * as z from 'zod'
import type { ControlEntry, LedgerEntry, RefusalEntry, RequestEntry } from '../../ledger/entry.ts'
import { Digits, integer, list, malformed, parseJson, textAt, texts } from './reply.ts'

export const RequestContext = z.strictObject({
  requestId: z.string(),
  upstream: z.string(),
  operation: z.string(),
  model: z.string().nullable(),
  user: z.string().nullable(),
  keyId: z.string().nullable(),
  priceVersion: z.string(),
})

const Outcome = z.strictObject({
  provenance: z.enum(['provider', 'partial', 'estimated', 'hold_expired', 'none']),
  status: z.number(),
  ended: z.enum(['completed', 'client_left', 'upstream_failed', 'fenced', 'abandoned']),
  modelServed: z.string().nullable(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  reasoningTokens: z.number(),
  latencyMs: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
})

/** An absent `before` or `after` is how JSON says undefined. */
const Note = z.strictObject({
  actor: z.string(),
  action: z.string(),
  before: z.unknown(),
  after: z.unknown(),
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
  const entry =
    kind === 'control'
      ? controlEntry(head, field)
      : kind === 'refused'
        ? refusalEntry(head, numbers, field)
        : requestEntry(head, kind, numbers, field)
  numbers.end()
  return entry
}

type Head = Pick<LedgerEntry, 'seq' | 'atMs'>
type Field = (name: string) => string

function controlEntry(head: Head, field: Field): ControlEntry {
  const { actor, action, before, after } = parseJson(Note, field('b'))
  return { ...head, kind: 'control', actor, action, before, after }
}

function refusalEntry(head: Head, numbers: Digits, field: Field): RefusalEntry {
  const minuteMs = numbers.next()
  return { ...head, kind: 'refused', reason: field('r'), minuteMs, count: numbers.next() }
}

function requestEntry(head: Head, named: string, numbers: Digits, field: Field): RequestEntry {
  const kind = REQUEST_KINDS.find((known) => known === named) ?? malformed()
  const outcome = field('o')
  const entry = {
    ...head,
    kind,
    holdId: field('h'),
    context: parseJson(RequestContext, field('c')),
    periods: { day: numbers.next(), month: numbers.next() },
    charge: readCharge(numbers),
    overage: { tokens: numbers.next(), nanoUsd: numbers.next() },
    outcome: outcome === '' ? null : parseJson(Outcome, outcome),
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
