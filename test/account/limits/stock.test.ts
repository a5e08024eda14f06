// Places on vector services: what is reserved with an admission, what becomes of it at every kind of
// end, and what a recount may put in its place.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AdmitCommand } from '../../../src/account/commands.ts'
import { LEASE_MS, UNSURE_MS } from '../../../src/account/constants.ts'
import type { MemoryAccount } from '../../../src/account/memory.ts'
import type { StockAsk, StockDemand, StockVerdict } from '../../../src/account/stock-commands.ts'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { admit, START_MS, settle } from '../../store/commands.ts'
import { admitted, INCARNATION, openAccount, PATIENCE, runs, VERSION } from '../open-account.ts'

const UNLIMITED = { max_collections: null, max_vectors: null, max_storage: null }
const NEW_DOCS: StockDemand = {
  place: 'qdrant/docs',
  expects: 'new',
  collections: 1,
  vectors: 0,
  bytes: 0,
  note: '{"dims":4}',
}
const write = (vectors: number, bytes = vectors * 10): StockDemand => ({
  ...NEW_DOCS,
  expects: 'known',
  collections: 0,
  vectors,
  bytes,
  note: null,
})

let minted = 0
const ask = (
  demand: StockDemand,
  limits: Partial<StockAsk['limits']> = {},
  nowMs = START_MS,
): AdmitCommand => ({
  ...admit(VERSION, `hold_${++minted}`, nowMs),
  rates: [],
  budgets: [],
  maxConcurrency: null,
  stock: { demands: [demand], limits: { ...UNLIMITED, ...limits } },
})

const end = (
  account: MemoryAccount,
  command: AdmitCommand,
  stock?: StockVerdict,
  at = START_MS,
) => {
  const { receipt } = admitted(account, command, at)
  account.run({ ...settle(receipt, NO_CHARGE), ...(stock === undefined ? {} : { stock }) }, at)
}
const made = () => {
  const account = openAccount()
  end(account, ask(NEW_DOCS), 'kept')
  return account
}
const used = (account: MemoryAccount) => {
  const levels = account.get('levels', '')?.levels ?? {}
  return ['max_collections', 'max_vectors', 'max_storage'].map((name) => levels[name]?.used ?? 0)
}
const docs = (account: MemoryAccount) => account.get('stock', 'qdrant/docs')
const recount = (account: MemoryAccount, vectors: number | null, nowMs: number) => {
  const record = docs(account)
  return account.run(
    {
      type: 'recount',
      incarnation: INCARNATION,
      place: 'qdrant/docs',
      seen: record === undefined ? null : { epoch: record.epoch, writes: record.writes },
      found: vectors === null ? null : { collections: 1, vectors, bytes: vectors * 10 },
      epoch: 'found',
    },
    nowMs,
  ).type
}

describe('stock', () => {
  it('is reserved with the admission and counts until the end says otherwise', () => {
    const account = made()
    const asked = ask(write(5))
    const { receipt } = admitted(account, asked, START_MS)
    expect(used(account)).toEqual([1, 5, 50])
    expect(docs(account)).toMatchObject({ vectors: 5, bytes: 50, open: 1, note: '{"dims":4}' })
    account.run({ ...settle(receipt, NO_CHARGE), stock: 'released' }, START_MS)
    expect(used(account)).toEqual([1, 0, 0])
    expect(docs(account)).toMatchObject({ vectors: 0, bytes: 0, open: 0 })
  })

  it.each([
    ['max_vectors', { max_vectors: 4 }, 5],
    ['max_storage', { max_storage: 49 }, 50],
  ] as const)('past %s is refused whole, and nothing is held', (id, limits, asked) => {
    const account = made()
    const before = { stock: docs(account), counters: account.get('counters', '')?.live }
    const reply = account.run(ask(write(5), limits), START_MS)
    expect(reply).toMatchObject({
      type: 'refused',
      refusal: { reason: 'quota', id, limit: Object.values(limits)[0], used: 0, asked },
    })
    expect({ stock: docs(account), counters: account.get('counters', '')?.live }).toEqual(before)
    expect(used(account)).toEqual([1, 0, 0])
  })

  it('lets a tenant that has too much go on with what adds nothing', () => {
    const account = made()
    end(account, ask(write(5)), 'kept')
    const limits = { max_collections: 0, max_vectors: 0, max_storage: 0 }
    expect(account.run(ask(write(0, 0), limits), START_MS).type).toBe('admitted')
  })

  it('knows which places there are', () => {
    const account = openAccount()
    expect(account.run(ask(write(1)), START_MS)).toEqual({
      type: 'place_unknown',
      place: 'qdrant/docs',
    })
    end(account, ask(NEW_DOCS), 'kept')
    expect(account.run(ask(NEW_DOCS), START_MS)).toEqual({
      type: 'place_known',
      place: 'qdrant/docs',
    })
    expect(used(account)).toEqual([1, 0, 0])
  })

  it('of a place that appears with its first write counts one collection, once', () => {
    const account = openAccount()
    const first = { ...write(2), expects: 'any', collectionIfNew: 1 } as const
    end(account, ask(first), 'kept')
    end(account, ask(first), 'kept')
    expect(used(account)).toEqual([1, 4, 40])
    expect(account.run(ask(first, { max_collections: 0 }), START_MS).type).toBe('admitted')
  })

  it('of a creation that failed leaves no place behind', () => {
    const account = openAccount()
    end(account, ask(NEW_DOCS), 'released')
    expect(docs(account)).toBe(undefined)
    expect(used(account)).toEqual([0, 0, 0])
  })

  it('of a place that is dropped is given back whole, other writes under way included', () => {
    const account = made()
    const other = admitted(account, ask(write(7)), START_MS)
    end(account, ask({ ...write(0), expects: 'any' }), 'dropped')
    expect(used(account)).toEqual([0, 0, 0])
    account.run({ ...settle(other.receipt, NO_CHARGE), stock: 'kept' }, START_MS)
    expect(used(account)).toEqual([0, 0, 0])
  })

  it('of a write that outlives its place counts in the one that was made anew', () => {
    const account = made()
    const late = admitted(account, ask(write(7)), START_MS)
    end(account, ask({ ...write(0), expects: 'any' }), 'dropped')
    end(account, ask(NEW_DOCS), 'kept')
    account.run({ ...settle(late.receipt, NO_CHARGE), stock: 'kept' }, START_MS)
    expect(used(account)).toEqual([1, 7, 70])
  })

  it('of an expired hold stays reserved until a recount', () => {
    const account = made()
    admitted(account, ask(write(5)), START_MS)
    const at = START_MS + LEASE_MS
    account.run({ type: 'sweep' }, at)
    expect(docs(account)).toMatchObject({ vectors: 5, open: 0, unsureMs: at })
    expect(recount(account, 0, at + UNSURE_MS - 1)).toBe('overlapped')
    expect(used(account)).toEqual([1, 5, 50])
    expect(recount(account, 0, at + UNSURE_MS)).toBe('recounted')
    expect(used(account)).toEqual([1, 0, 0])
  })

  it('of an abandoned admission is given back', () => {
    const account = made()
    const command = ask(write(5))
    admitted(account, command, START_MS)
    account.run({ type: 'abandon', incarnation: INCARNATION, holdId: command.holdId }, START_MS)
    expect(used(account)).toEqual([1, 0, 0])
  })

  it('is not doubled by a repeated admission, nor given back twice by a repeated end', () => {
    const account = made()
    const command = ask(write(5))
    const { receipt } = admitted(account, command, START_MS)
    expect(account.run(command, START_MS + 1).type).toBe('admitted')
    expect(used(account)).toEqual([1, 5, 50])
    const released = { ...settle(receipt, NO_CHARGE), stock: 'released' } as const
    account.run(released, START_MS + 2)
    account.run(released, START_MS + 3)
    expect(used(account)).toEqual([1, 0, 0])
  })
})

describe('a recount', () => {
  it('is worthless when a write came between, or is under way', () => {
    const account = made()
    const seen = docs(account) ?? { epoch: '', writes: 0 }
    const command = {
      type: 'recount',
      incarnation: INCARNATION,
      place: 'qdrant/docs',
      seen: { epoch: seen.epoch, writes: seen.writes },
      found: { collections: 1, vectors: 0, bytes: 0 },
      epoch: 'found',
    } as const
    const { receipt } = admitted(account, ask(write(3)), START_MS)
    expect(account.run(command, START_MS)).toEqual({ type: 'overlapped' })
    expect(recount(account, 0, START_MS)).toBe('overlapped')
    account.run({ ...settle(receipt, NO_CHARGE), stock: 'kept' }, START_MS)
    expect(account.run(command, START_MS)).toEqual({ type: 'overlapped' })
    expect(recount(account, 2, START_MS)).toBe('recounted')
    expect(used(account)).toEqual([1, 2, 20])
  })

  it('takes in a place that the account has lost, and lets go of one that the service has', () => {
    const account = openAccount()
    expect(recount(account, 9, START_MS)).toBe('recounted')
    expect(used(account)).toEqual([1, 9, 90])
    expect(docs(account)).toMatchObject({ epoch: 'found', note: null })
    expect(recount(account, null, START_MS)).toBe('recounted')
    expect(docs(account)).toBe(undefined)
    expect(used(account)).toEqual([0, 0, 0])
  })

  it('may be repeated', () => {
    const account = made()
    expect(recount(account, 4, START_MS)).toBe('recounted')
    expect(recount(account, 4, START_MS)).toBe('recounted')
    expect(used(account)).toEqual([1, 4, 40])
  })
})

describe('random histories of writes', PATIENCE, () => {
  const place = fc.constantFrom('qdrant/a', 'qdrant/b', 'chroma/database')
  const step = fc.oneof(
    fc.record({
      do: fc.constant('ask' as const),
      place,
      expects: fc.constantFrom('known' as const, 'new' as const, 'any' as const),
      collections: fc.nat(1),
      collectionIfNew: fc.nat(1),
      vectors: fc.nat(6),
    }),
    fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(),
      stock: fc.constantFrom<StockVerdict>('kept', 'released', 'unknown', 'dropped'),
    }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat(50_000) }),
    fc.record({ do: fc.constant('recount' as const), place, vectors: fc.nat(8) }),
  )

  it('never pass a limit, and levels are always the sum of what places have', () => {
    const limits = { max_collections: 2, max_vectors: 12, max_storage: 100 }
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const account = openAccount()
        const open: AdmitCommand[] = []
        let nowMs = START_MS
        for (const one of steps) {
          const before = used(account)
          if (one.do === 'wait') nowMs += one.ms
          if (one.do === 'ask') {
            const { do: _, ...demand } = one
            const bytes = demand.vectors * 10
            const command = ask({ ...demand, bytes, note: null }, limits, nowMs)
            if (account.run(command, nowMs).type === 'admitted') open.push(command)
          }
          // What an admission adds is within the limit; what a recount has put above it may stay.
          const bounded = one.do === 'ask' ? used(account) : [0, 0, 0]
          for (const [at, limit] of [2, 12, 100].entries()) {
            expect(bounded[at]).toBeLessThanOrEqual(Math.max(limit, before[at] ?? 0))
          }
          if (one.do === 'end' && open.length > 0) {
            const [command] = open.splice(one.which % open.length, 1)
            const reply = command === undefined ? null : account.run(command, nowMs)
            if (reply?.type === 'admitted') {
              account.run({ ...settle(reply.receipt, NO_CHARGE), stock: one.stock }, nowMs)
            }
          }
          if (one.do === 'recount') {
            const record = account.get('stock', one.place)
            account.run(
              {
                type: 'recount',
                incarnation: INCARNATION,
                place: one.place,
                seen: record === undefined ? null : { epoch: record.epoch, writes: record.writes },
                found: { collections: 1, vectors: one.vectors, bytes: 0 },
                epoch: 'found',
              },
              nowMs,
            )
          }
          const reply = account.run({ type: 'stock' }, nowMs)
          if (reply.type !== 'stock') throw new Error('no account')
          const total = (of: 'collections' | 'vectors' | 'bytes') =>
            reply.places.reduce((sum, { record }) => sum + record[of], 0)
          expect(used(account)).toEqual([total('collections'), total('vectors'), total('bytes')])
          for (const { record } of reply.places) {
            expect(
              Math.min(record.open, record.collections, record.vectors, record.bytes),
            ).toBeGreaterThanOrEqual(0)
          }
        }
      }),
      runs(300),
    )
  })
})
