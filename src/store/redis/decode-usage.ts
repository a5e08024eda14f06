/** What usage.lua and reset.lua answer. */
import type { Figures } from '../../account/figures/figures.ts'
import type { DayRecord } from '../../account/records.ts'
import type { ResetReply, UsageReply } from '../../account/report-commands.ts'
import { GONE } from './decode-snapshot.ts'
import { Digits, integer, list, malformed, textAt, texts } from './reply.ts'

export function decodeUsage(reply: unknown): UsageReply {
  const [type, days, lines, next] = list(reply)
  if (type === 'gone') return GONE
  if (type !== 'usage' || typeof next !== 'string') malformed()
  const told = texts(lines)
  const read: { id: string; figures: Figures }[] = []
  for (let at = 0; at < told.length; at += 2) {
    read.push({ id: textAt(told, at), figures: readAll(textAt(told, at + 1), readFigures) })
  }
  return {
    type,
    days: texts(days)
      .map((day) => readAll(day, readDay))
      .toSorted((one, other) => one.start - other.start),
    lines: read,
    next: next === '' ? null : next,
  }
}

function readAll<T>(text: string, read: (digits: Digits) => T): T {
  const digits = new Digits(text)
  const value = read(digits)
  digits.end()
  return value
}

function readDay(read: Digits): DayRecord {
  const start = read.next()
  const refused = read.next()
  const names = { model: read.next(), user: read.next(), key: read.next() }
  return { start, refused, names, ...readFigures(read) }
}

/** Seven figures, then bucket and count by turns. */
function readFigures(read: Digits): Figures {
  const figures = {
    requests: read.next(),
    inputTokens: read.next(),
    outputTokens: read.next(),
    cachedTokens: read.next(),
    nanoUsd: read.next(),
    bytesIn: read.next(),
    bytesOut: read.next(),
  }
  const latency: Record<string, number> = {}
  while (read.left > 0) {
    const bucket = read.next()
    latency[bucket] = read.next()
  }
  return { ...figures, latency }
}

export function decodeReset(reply: unknown): ResetReply {
  const values = texts(reply)
  const type = values[0]
  if (type === 'gone') return GONE
  if (type === 'periods_stale') return { type, nowMs: integer(textAt(values, 1)) }
  if (type !== 'reset') return malformed()
  return { type, start: integer(textAt(values, 1)), before: integer(textAt(values, 2)) }
}
