// What Redis keeps of an account, as the records it stands for, to be compared with the model's.
import type { HeldStock, RecordKind, RecordTypes } from '../../../src/account/records.ts'
import { parseContext } from '../../../src/store/redis/ledger-page.ts'
import { accountKeys, keysInOrder } from '../../../src/store/redis/keys.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import inspectScript from './inspect.lua'
import type { RedisHarness } from './redis-harness.ts'

type Kept = { readonly [K in RecordKind]: Map<string, RecordTypes[K]> }

export interface Inspected {
  readonly records: Kept
  /** Slip ids in the order of the sorted set, with their scores. */
  readonly due: readonly (readonly [string, number])[]
}

type Numbers = readonly number[]
type Triple = readonly [number, number, number]
const RING_SLOTS = 61

export async function inspect(redis: RedisHarness, tenant: string): Promise<Inspected> {
  const all = keysInOrder(accountKeys(TenantId.parse(tenant)))
  const reply = await redis.resp.send('EVAL', inspectScript, all.length, ...all)
  if (!Array.isArray(reply)) throw new Error(String(reply))
  const texts = reply.map(String)
  const raw = new Map<string, Map<string, string>>()
  for (let at = 0; at < texts.length; at += 3) {
    const [kind = '', id = '', value = ''] = texts.slice(at, at + 3)
    const kept = raw.get(kind) ?? new Map<string, string>()
    raw.set(kind, kept.set(id, value))
  }
  return { records: toRecords(raw), due: entries(raw, 'due').map(([id, at]) => [id, Number(at)]) }
}

type Raw = ReadonlyMap<string, ReadonlyMap<string, string>>

function entries(raw: Raw, kind: string): readonly (readonly [string, string])[] {
  return [...(raw.get(kind) ?? [])]
}

function toRecords(raw: Raw): Kept {
  const records: Kept = {
    config: new Map(),
    counters: new Map(),
    refusals: new Map(),
    ring: new Map(),
    slip: new Map(),
    key: new Map(),
    key_use: new Map(),
    day: new Map(),
    line: new Map(),
    levels: new Map(),
    held: new Map(),
    stock: new Map(),
  }
  const one = (kind: string) => raw.get(kind)?.get('') ?? ''
  if (raw.has('version')) {
    const [day, month] = ['day', 'month'].map((kind) =>
      chunks(JSON.parse(raw.get('periods')?.get(kind) ?? '') as Numbers, 2).map(
        ([start = NaN, end = NaN]) => ({ start, end }),
      ),
    )
    records.config.set('', {
      version: one('version'),
      incarnation: one('incarnation'),
      counter: Number(one('counter')),
      nonce: one('nonce'),
      config: JSON.parse(one('config')) as RecordTypes['config']['config'],
      periods: { day: day ?? [], month: month ?? [] },
    })
  }
  for (const [, value] of entries(raw, 'counters')) records.counters.set('', counters(raw, value))
  for (const [, value] of entries(raw, 'refusals')) {
    const [minuteMs, ...counts] = JSON.parse(value) as [number, ...unknown[]]
    records.refusals.set('', { minuteMs, counts: Object.fromEntries(chunks(counts, 2) as []) })
  }
  for (const [id, value] of entries(raw, 'ring')) records.ring.set(id, ring(value))
  for (const [id, value] of entries(raw, 'slip')) records.slip.set(id, slip(value))
  for (const [id, value] of entries(raw, 'key')) {
    records.key.set(id, JSON.parse(value) as RecordTypes['key'])
  }
  for (const [id, value] of entries(raw, 'used')) {
    records.key_use.set(id, { lastUsedAtMs: Number(value) })
  }
  for (const [id, value] of entries(raw, 'day')) {
    const [refused = NaN, model = NaN, user = NaN, key = NaN, ...rest] = JSON.parse(
      value,
    ) as Numbers
    const names = { model, user, key }
    records.day.set(id, { start: Number(id), refused, names, ...figures(rest) })
  }
  for (const [id, value] of entries(raw, 'line')) {
    records.line.set(id, figures(JSON.parse(value) as Numbers))
  }
  for (const [id, value] of entries(raw, 'held')) records.held.set(id, { amount: Number(value) })
  for (const [id, value] of entries(raw, 'stock')) records.stock.set(id, stockRecord(value))
  for (const [, value] of entries(raw, 'levels')) records.levels.set('', levels(value))
  return records
}

function counters(raw: Raw, value: string): RecordTypes['counters'] {
  const figures = JSON.parse(value) as Numbers
  const [seq = NaN, , , , , , clockMs = NaN, live = NaN, , , liveHighWater = NaN] = figures
  const rows = JSON.parse(raw.get('cells')?.get('') ?? '[]') as [string, ...Triple][]
  const cells = (id: string) =>
    rows
      .filter(([other]) => other === id)
      .map(([, start, committed, held]) => ({ start, committed, held }))
      .toSorted((one, other) => one.start - other.start)
  const budgets = rows.map(([id]) => [id, cells(id)])
  return {
    clockMs,
    live,
    liveHighWater,
    seq,
    totals: totals(figures.slice(1, 6)),
    budgets: Object.fromEntries(budgets) as RecordTypes['counters']['budgets'],
  }
}

function figures([...numbers]: Numbers): RecordTypes['line'] {
  const [requests = NaN, inputTokens = NaN, outputTokens = NaN, cachedTokens = NaN] = numbers
  const [nanoUsd = NaN, bytesIn = NaN, bytesOut = NaN, ...latency] = numbers.slice(4)
  return {
    requests,
    inputTokens,
    outputTokens,
    cachedTokens,
    nanoUsd,
    bytesIn,
    bytesOut,
    latency: Object.fromEntries(chunks(latency, 2) as []),
  }
}

function levels(value: string): RecordTypes['levels'] {
  const [remembered, minuteMs, ...quotas] = JSON.parse(value) as [number, number, ...unknown[]]
  const all = chunks(quotas, 8) as [string, ...number[]][]
  const moved = all.filter((quota) => quota[7] === 1)
  return {
    remembered,
    levels: Object.fromEntries(
      all.map(([quota, used = NaN, byId = NaN, highWater = NaN]) => {
        return [quota, { used, byId, highWater }]
      }),
    ),
    moves:
      minuteMs === 0
        ? null
        : {
            minuteMs,
            quotas: Object.fromEntries(
              moved.map(([quota, , , , acquired = NaN, released = NaN, expired = NaN]) => {
                return [quota, { acquired, released, expired }]
              }),
            ),
          },
  }
}

function totals(figures: Numbers): RecordTypes['counters']['totals'] {
  const [requests = NaN, refused = NaN, inputTokens = NaN, outputTokens = NaN, nanoUsd = NaN] =
    figures
  return { requests, refused, inputTokens, outputTokens, nanoUsd }
}

function ring(value: string): RecordTypes['ring'] {
  const [slot = NaN, sum = NaN, , ...oldestFirst] = JSON.parse(value) as Numbers
  const counts = Array.from({ length: RING_SLOTS }, () => NaN)
  oldestFirst.forEach((count, at) => {
    counts[(slot - RING_SLOTS + 1 + at) % RING_SLOTS] = count
  })
  return { slot, sum, counts }
}

function slip(value: string): RecordTypes['slip'] {
  const values = JSON.parse(value) as unknown[]
  const [state, dueMs, charged, reserved, admittedAtMs, granted, attempt, day, month] = values as [
    string,
    number,
    Triple,
    readonly [number, number],
    number,
    number,
    number,
    number,
    number,
  ]
  if (state === 'unresolved') return { state, dueMs }
  if (state === 'leased' || state === 'ended' || state === 'reset') return acquisition(values)
  if (state === 'settled') return { state, dueMs, charged: charge(charged) }
  if (state === 'swept') {
    const [tokens, nanoUsd] = reserved
    return { state, dueMs, charged: charge(charged), reserved: { tokens, nanoUsd } }
  }
  const [context, estimate, checkpoint, rates, budgets, stock] = values.slice(9) as [
    string,
    Triple,
    Triple | null,
    [string, number, 'tokens', number, number][],
    [string, number, 'tokens', number][],
    [string, string, number, number, number][] | null,
  ]
  return {
    state: 'live',
    dueMs,
    admittedAtMs,
    granted,
    attempt,
    rates: rates.map(([id, windowMs, measure, amount, extended]) => {
      return { id, windowMs, measure, amount, extended }
    }),
    budgets: budgets.map(([id, start, measure, amount]) => ({ id, start, measure, amount })),
    periods: { day, month },
    ...(stock === null ? {} : { stock: stock.map(heldStock) }),
    context: parseContext(context),
    estimate: charge(estimate),
    checkpoint: checkpoint === null ? null : charge(checkpoint),
  }
}

function heldStock([place, epoch, collections, vectors, bytes]: [
  string,
  string,
  number,
  number,
  number,
]): HeldStock {
  return { place, epoch, collections, vectors, bytes }
}

function stockRecord(value: string): RecordTypes['stock'] {
  const [epoch, collections, vectors, bytes, writes, open, unsureMs, note] = JSON.parse(value) as [
    string,
    ...[number, number, number, number, number, number],
    string | null,
  ]
  return { epoch, collections, vectors, bytes, writes, open, unsureMs, note }
}

function acquisition([state, dueMs, one, two, how]: readonly unknown[]): RecordTypes['slip'] {
  if (state === 'leased') {
    return { state, dueMs: Number(dueMs), amount: Number(one), quota: String(two) }
  }
  if (state === 'reset') {
    return { state, dueMs: Number(dueMs), start: Number(one), before: Number(two) }
  }
  const expiresAtMs = two === -1 ? null : Number(two)
  return {
    state: 'ended',
    dueMs: Number(dueMs),
    amount: Number(one),
    expiresAtMs,
    how: how === 1 ? 'expired' : 'released',
  }
}

function charge([inputTokens, outputTokens, nanoUsd]: Triple) {
  return { inputTokens, outputTokens, nanoUsd }
}

function chunks<T>(values: readonly T[], size: number): (readonly T[])[] {
  const cut: (readonly T[])[] = []
  for (let at = 0; at < values.length; at += size) cut.push(values.slice(at, at + size))
  return cut
}
