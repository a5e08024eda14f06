// What an account's aggregates must be, reckoned anew from its ledger: days and their lines by model,
// user and key, levels of quotas, and budgets that were begun anew.
import { deepEqual, equal, ok } from 'node:assert/strict'
import { NO_FIGURES } from '../../src/account/figures/figures.ts'
import { bucketOf } from '../../src/account/figures/histogram.ts'
import type { MemoryAccount } from '../../src/account/memory.ts'
import type { DayRecord, Moves } from '../../src/account/records.ts'
import { DIMENSIONS, type Dimension, readLineId } from '../../src/account/figures/usage-lines.ts'
import type { RequestEntry } from '../../src/ledger/entry.ts'

export function auditUsage(
  account: MemoryAccount,
  refusedByDay: ReadonlyMap<number, number>,
): void {
  const entries = account.ledger.filter((entry) => 'charge' in entry)
  const used = entries.filter(({ kind }) => kind !== 'abandoned' && kind !== 'unresolved')
  const days = account.list('day').map(([, day]) => day)
  for (const { start, names, refused, ...figures } of days) {
    const ofDay = used.filter(({ periods }) => periods.day === start)
    deepEqual(figures, sumUp(ofDay))
    equal(refused, refusedByDay.get(start) ?? 0)
    deepEqual(names, namesOf(ofDay))
  }
  deepEqual(new Set(used.map(({ periods }) => periods.day)).difference(startsOf(days)), new Set())
  for (const by of DIMENSIONS) auditLines(account, by, used)
}

/** For fewer names a day than there may be. */
function auditLines(account: MemoryAccount, by: Dimension, used: readonly RequestEntry[]): void {
  const lines = account.lines(`${by}|`, `${by}~`, Infinity)
  const expected = Map.groupBy(used, (entry) => `${entry.periods.day} ${nameOf(by, entry)}`)
  const found = lines.map(([id, figures]) => {
    const { start, name } = readLineId(id)
    return [`${start} ${name.kind === 'named' ? name.name : null}`, figures] as const
  })
  deepEqual(new Map(found), new Map(Array.from(expected, ([key, ofLine]) => [key, sumUp(ofLine)])))
}

function nameOf(by: Dimension, { context }: RequestEntry): string | null {
  return by === 'model' ? context.model : by === 'user' ? context.user : context.keyId
}

function namesOf(entries: readonly RequestEntry[]): DayRecord['names'] {
  const count = (by: Dimension) => new Set(entries.flatMap((entry) => nameOf(by, entry) ?? [])).size
  return { model: count('model'), user: count('user'), key: count('key') }
}

export function sumUp(entries: readonly RequestEntry[]) {
  const sum = (figure: (entry: RequestEntry) => number) =>
    entries.reduce((total, entry) => total + figure(entry), 0)
  const seen = entries.filter(({ kind }) => kind !== 'expired')
  const latency: Record<string, number> = {}
  for (const { outcome } of seen) {
    const bucket = bucketOf(outcome?.latencyMs ?? NaN)
    latency[bucket] = (latency[bucket] ?? 0) + 1
  }
  return {
    ...NO_FIGURES,
    requests: entries.filter(({ kind }) => kind !== 'late').length,
    inputTokens: sum(({ charge }) => charge.inputTokens),
    outputTokens: sum(({ charge }) => charge.outputTokens),
    cachedTokens: sum(({ outcome }) => outcome?.cacheReadTokens ?? 0),
    nanoUsd: sum(({ charge }) => charge.nanoUsd),
    bytesIn: sum(({ outcome }) => outcome?.bytesIn ?? 0),
    bytesOut: sum(({ outcome }) => outcome?.bytesOut ?? 0),
    latency,
  }
}

function startsOf(days: readonly DayRecord[]): Set<number> {
  return new Set(days.map(({ start }) => start))
}

/** Every level is what its entries and what is still to be written come to; none is negative. */
export function auditLevels(account: MemoryAccount): void {
  const record = account.get('levels', '')
  if (record === undefined) return
  for (const [quota, { used, highWater }] of Object.entries(record.levels)) {
    const written = account.ledger.filter((entry) => entry.kind === 'quota')
    const moved = written.filter((entry) => entry.quota === quota)
    const pending: Moves | undefined = record.moves?.quotas[quota]
    const all: readonly Moves[] = pending === undefined ? moved : [...moved, pending]
    equal(
      used,
      all.reduce((sum, { acquired, released, expired }) => sum + acquired - released - expired, 0),
    )
    ok(used >= 0 && highWater >= used, `${quota} stands at ${used}, its mark at ${highWater}`)
  }
}

/** What resets have taken out of a budget's period. */
export function resetsOf(account: MemoryAccount, budget: string, start: number): number {
  return account.ledger
    .filter((entry) => entry.kind === 'reset')
    .filter((entry) => entry.budget === budget && entry.start === start)
    .reduce((sum, { before, after }) => sum + after - before, 0)
}
