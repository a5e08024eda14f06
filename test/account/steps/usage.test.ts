// Usage by day and by name: what a settlement adds, what a quantile may be off by, and how much one
// account keeps of it.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_NAMES_PER_DAY, LINES_PER_READ } from '../../../src/account/constants.ts'
import {
  bucketMs,
  bucketOf,
  mergeHistograms,
  quantileMs,
} from '../../../src/account/figures/histogram.ts'
import type { MemoryAccount } from '../../../src/account/memory.ts'
import { type Dimension, readLineId } from '../../../src/account/figures/usage-lines.ts'
import { admit, PERIODS, settle, START_MS } from '../../store/commands.ts'
import { admitted, charge, DAY, openAccount, VERSION } from '../open-account.ts'

const DAY_MS = 86_400_000

function spend(account: MemoryAccount, id: string, user: string | null, outcome = {}): void {
  const context = { ...admit(VERSION, id, START_MS).context, user }
  const { receipt } = admitted(account, admit(VERSION, id, START_MS, { context }), START_MS)
  account.run(settle(receipt, charge(3, 2, 7), outcome), START_MS)
}

function usage(account: MemoryAccount, by: 'day' | Dimension, after: string | null = null) {
  const range = { fromMs: DAY, toMs: DAY + DAY_MS }
  const reply = account.run({ type: 'usage', by, ...range, after }, START_MS)
  if (reply.type !== 'usage') throw new Error(reply.type)
  return reply
}

describe('the usage of a day', () => {
  it('has what settlements have charged and measured, and a line for each name', () => {
    const account = openAccount()
    spend(account, 'a', 'ann', { cacheReadTokens: 1, latencyMs: 40, bytesIn: 5, bytesOut: 6 })
    spend(account, 'b', 'ann', { cacheReadTokens: 0, latencyMs: 41, bytesIn: 5, bytesOut: 6 })
    spend(account, 'c', null, { cacheReadTokens: 0, latencyMs: 9_000, bytesIn: 1, bytesOut: 1 })
    const [day] = usage(account, 'day').days
    expect(day).toMatchObject({ requests: 3, inputTokens: 9, cachedTokens: 1, nanoUsd: 21 })
    expect(day).toMatchObject({ bytesIn: 11, bytesOut: 13, names: { model: 1, user: 1, key: 0 } })
    expect(day?.latency).toEqual({ [bucketOf(40)]: 2, [bucketOf(9_000)]: 1 })
    const lines = usage(account, 'user').lines.map(({ id, figures }) => [
      readLineId(id).name,
      figures.requests,
      figures.bytesOut,
    ])
    expect(lines).toEqual([
      [{ kind: 'none' }, 1, 1],
      [{ kind: 'named', name: 'ann' }, 2, 12],
    ])
  })

  it('keeps a thousand names, and the rest in one line, so that the lines still come to the day', () => {
    const account = openAccount()
    const users = Array.from({ length: MAX_NAMES_PER_DAY + 3 }, (_, at) => `u${at}`)
    for (const user of [...users, 'u0', users.at(-1) ?? ''])
      spend(account, `${user}-${account.ledger.length}`, user)
    const { lines } = usage(account, 'user')
    expect(lines).toHaveLength(MAX_NAMES_PER_DAY + 1)
    const other = lines.filter(({ id }) => readLineId(id).name.kind === 'other')
    expect(other.map(({ figures }) => figures.requests)).toEqual([4])
    const sum = lines.reduce((total, { figures }) => total + figures.nanoUsd, 0)
    expect(sum).toBe(usage(account, 'day').days[0]?.nanoUsd)
    expect(usage(account, 'day').days[0]?.names.user).toBe(MAX_NAMES_PER_DAY)
  })

  it('is read in pages that leave nothing out and tell nothing twice', () => {
    const account = openAccount()
    const days = PERIODS.day.slice(1, 4)
    days.forEach(({ start }, nth) => {
      for (let at = 0; at < MAX_NAMES_PER_DAY - 1; at++) {
        const hold = `${nth}-${at}`
        const context = { ...admit(VERSION, hold, 0).context, user: `u${at}` }
        const nowMs = Math.max(start, START_MS) + 1
        const { receipt } = admitted(account, admit(VERSION, hold, nowMs, { context }), nowMs)
        account.run(settle(receipt, charge(1, 0, 0)), nowMs)
      }
    })
    const range = { fromMs: DAY, toMs: DAY + 9 * DAY_MS }
    const first = account.run({ type: 'usage', by: 'user', ...range, after: null }, START_MS)
    if (first.type !== 'usage') throw new Error(first.type)
    const second = account.run({ type: 'usage', by: 'user', ...range, after: first.next }, START_MS)
    if (second.type !== 'usage') throw new Error(second.type)
    expect(first.lines).toHaveLength(LINES_PER_READ)
    expect(second.next).toBeNull()
    const ids = [...first.lines, ...second.lines].map(({ id }) => id)
    expect(ids).toHaveLength(3 * (MAX_NAMES_PER_DAY - 1))
    expect(ids).toEqual([...new Set(ids)].toSorted())
  })

  it('is told for 400 days and no longer', () => {
    const account = openAccount()
    spend(account, 'a', 'ann')
    const ask = (by: 'day' | 'user', nowMs: number) => {
      const range = { fromMs: 0, toMs: nowMs }
      const reply = account.run({ type: 'usage', by, ...range, after: null }, nowMs)
      return reply.type === 'usage' ? [reply.days.length, reply.lines.length] : []
    }
    expect(ask('day', DAY + 400 * DAY_MS - 1)).toEqual([1, 0])
    expect(ask('user', DAY + 400 * DAY_MS - 1)).toEqual([0, 1])
    expect(ask('day', DAY + 400 * DAY_MS)).toEqual([0, 0])
    expect(ask('user', DAY + 400 * DAY_MS)).toEqual([0, 0])
  })
})

describe('a quantile', () => {
  const latency = fc.oneof(fc.nat(40), fc.nat(2_000), fc.nat(1_800_000))

  it('is within 6.25 % of the latency that so many requests did not pass', () => {
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1 }),
        fc.constantFrom(0.5, 0.95, 0.99, 1),
        (all, share) => {
          const histogram = all
            .map((ms) => ({ [bucketOf(ms)]: 1 }))
            .reduce<Record<string, number>>(mergeHistograms, {})
          const exact =
            all.toSorted((one, other) => one - other)[Math.ceil(share * all.length) - 1] ?? NaN
          const told = quantileMs(histogram, share) ?? NaN
          expect(Math.abs(told - exact)).toBeLessThanOrEqual(0.0625 * exact)
        },
      ),
    )
  })

  it('of buckets in order is in order, and every latency stands in the bucket that tells its middle', () => {
    fc.assert(
      fc.property(latency, latency, (one, other) => {
        expect(bucketOf(Math.min(one, other))).toBeLessThanOrEqual(bucketOf(Math.max(one, other)))
        expect(bucketOf(bucketMs(bucketOf(one)))).toBe(bucketOf(one))
      }),
    )
  })

  it.each([
    [-5, 0],
    [15, 15],
    [16, 16],
    [17, 16],
    [18, 17],
    [2 ** 31, 231],
    [Infinity, 231],
  ])('counts %d ms in bucket %d', (ms, bucket) => expect(bucketOf(ms)).toBe(bucket))

  it('of nothing is nothing', () => expect(quantileMs({}, 0.5)).toBeNull())
})
