// Named quotas: what is taken and given back, once, and what a lowered limit, a lease that runs out
// and a caller who mixes ids and amounts do to a level.
import { describe, expect, it } from 'vitest'
import {
  acquisitionHolder,
  memberHolder,
  mintAcquisitionId,
  mintedAmount,
  releaseHolder,
} from '../../src/account/acquisition-id.ts'
import type { AcquireCommand } from '../../src/account/quota-commands.ts'
import { MARK_MS, MAX_ACQUISITIONS } from '../../src/account/constants.ts'
import { acquire, change, release, START_MS } from '../store/commands.ts'
import { counters, openAccount, VERSION } from './open-account.ts'

const HOLDER = acquisitionHolder('max_products', 'key-1')
const take = (amount: number, changes: Partial<AcquireCommand> = {}) =>
  acquire(VERSION, amount, { limit: 3, ...changes })
const levels = (account: ReturnType<typeof openAccount>) => account.get('levels', '')?.levels

describe('an acquisition', () => {
  it('takes up to the limit, and not one more, whatever its size', () => {
    const account = openAccount()
    expect(account.run(take(2), START_MS)).toEqual({
      type: 'acquired',
      acquisition: { amount: 2, expiresAtMs: null, state: 'held' },
      level: { used: 2, highWater: 2 },
      repeated: false,
    })
    const refusal = { reason: 'quota', id: 'max_products', limit: 3, used: 2, held: 0, asked: 2 }
    expect(account.run(take(2), START_MS)).toEqual({
      type: 'refused',
      refusal: { ...refusal, retryAfterMs: null, resetsAtMs: null },
    })
    expect(account.run(take(1), START_MS)).toMatchObject({ level: { used: 3, highWater: 3 } })
    expect(account.run(take(1), START_MS).type).toBe('refused')
    expect(counters(account).totals.refused).toBe(2)
  })

  it.each([
    [0, 1, 'refused'],
    [null, Number.MAX_SAFE_INTEGER, 'acquired'],
  ])('under a limit of %s of %d is %s', (limit, amount, type) => {
    expect(openAccount().run(take(amount, { limit }), START_MS).type).toBe(type)
  })

  it('without a limit never passes what can be counted', () => {
    const account = openAccount()
    account.run(take(Number.MAX_SAFE_INTEGER, { limit: null }), START_MS)
    expect(account.run(take(1, { limit: null }), START_MS).type).toBe('refused')
  })

  it('under one id counts once and is told the same, even after its release', () => {
    const account = openAccount()
    const first = account.run(take(2, { holder: HOLDER }), START_MS)
    expect(account.run(take(2, { holder: HOLDER }), START_MS + 5)).toEqual({
      ...first,
      repeated: true,
    })
    account.run(release(VERSION, HOLDER), START_MS + 6)
    expect(account.run(take(2, { holder: HOLDER }), START_MS + 7)).toEqual({
      type: 'acquired',
      acquisition: { amount: 2, expiresAtMs: null, state: 'released' },
      level: { used: 0, highWater: 2 },
      repeated: true,
    })
    expect(account.run(take(2, { holder: HOLDER }), START_MS + 6 + MARK_MS)).toMatchObject({
      repeated: false,
      level: { used: 2 },
    })
  })

  it('is told again although the quota is full by now, or lowered below it', () => {
    const account = openAccount()
    account.run(take(3, { holder: HOLDER }), START_MS)
    const again = account.run(take(3, { holder: HOLDER, limit: 1 }), START_MS)
    expect(again).toMatchObject({ type: 'acquired', repeated: true, level: { used: 3 } })
  })

  it.each([
    ['another amount', { amount: 1 }],
    ['a lease that it did not have', { leaseMs: 1_000 }],
  ])('under an id that was used for %s is refused as a mistake', (_, changes) => {
    const account = openAccount()
    account.run(take(2, { holder: HOLDER }), START_MS)
    const again = account.run(take(2, { holder: HOLDER, ...changes }), START_MS)
    expect(again).toEqual({ type: 'mismatch' })
    expect(levels(account)).toMatchObject({ max_products: { used: 2 } })
  })

  it('decided on another version changes nothing and is told what is current', () => {
    const account = openAccount()
    const changed = account.run(change(VERSION), START_MS)
    expect(changed.type).toBe('changed')
    expect(account.run(take(1), START_MS).type).toBe('stale')
    expect(levels(account)).toBeUndefined()
    expect(account.run(acquire('inc-2.1.x', 1), START_MS)).toEqual({ type: 'gone' })
  })

  it('finds the level where a downgrade left it: refused above the new limit, never negative', () => {
    const account = openAccount()
    account.run(take(3), START_MS)
    expect(account.run(take(1, { limit: 1 }), START_MS)).toMatchObject({
      type: 'refused',
      refusal: { used: 3, limit: 1 },
    })
    account.run(release(VERSION, null, { amount: 2 }), START_MS)
    expect(account.run(take(1, { limit: 1 }), START_MS).type).toBe('refused')
    account.run(release(VERSION, null, { amount: 1 }), START_MS)
    expect(account.run(take(1, { limit: 1 }), START_MS)).toMatchObject({ level: { used: 1 } })
  })

  it('by an API key that has expired by the store’s clock is refused', () => {
    const account = openAccount()
    const keyExpiresAtMs = START_MS
    expect(account.run(take(1, { keyExpiresAtMs }), START_MS)).toEqual({ type: 'key_expired' })
    const back = release(VERSION, null, { amount: 1, keyExpiresAtMs })
    expect(account.run(back, START_MS)).toEqual({ type: 'key_expired' })
  })
})

describe('a release', () => {
  it('of an id gives back once, and says the same again', () => {
    const account = openAccount()
    account.run(take(1), START_MS)
    account.run(take(2, { holder: HOLDER }), START_MS)
    const first = account.run(release(VERSION, HOLDER), START_MS)
    expect(first).toMatchObject({ type: 'released', amount: 2, level: { used: 1, highWater: 3 } })
    expect(account.run(release(VERSION, HOLDER), START_MS)).toEqual({ ...first, repeated: true })
  })

  it('of an id that holds nothing is told so, of more than is used as well', () => {
    const account = openAccount()
    account.run(take(1), START_MS)
    expect(account.run(release(VERSION, HOLDER), START_MS)).toEqual({ type: 'not_acquired' })
    expect(account.run(release(VERSION, null, { amount: 2 }), START_MS)).toEqual({
      type: 'not_used',
      level: { used: 1, highWater: 1 },
    })
  })

  it('of an amount counts once under one id', () => {
    const account = openAccount()
    account.run(take(3), START_MS)
    const back = release(VERSION, releaseHolder('max_products', 'r'), { amount: 1 })
    for (const repeated of [false, true]) {
      expect(account.run(back, START_MS)).toMatchObject({ level: { used: 2 }, repeated })
    }
    expect(account.run({ ...back, amount: 2 }, START_MS)).toEqual({ type: 'mismatch' })
  })

  it('by amount of what an id holds is not given back again with that id', () => {
    const account = openAccount()
    account.run(take(2, { holder: HOLDER }), START_MS)
    account.run(release(VERSION, null, { amount: 1 }), START_MS)
    expect(account.run(release(VERSION, HOLDER), START_MS)).toMatchObject({ level: { used: 0 } })
    expect(levels(account)).toEqual({ max_products: { used: 0, byId: 0, highWater: 2 } })
  })

  it('of a set’s member lets its name be acquired again, counting each once', () => {
    const account = openAccount()
    const holder = memberHolder('max_products', 'docs')
    const drop = release(VERSION, holder, { leavesMark: false })
    for (const _ of [1, 2]) expect(account.run(take(1, { holder }), START_MS).type).toBe('acquired')
    expect(levels(account)).toMatchObject({ max_products: { used: 1 } })
    expect(account.run(drop, START_MS).type).toBe('released')
    expect(account.run(drop, START_MS).type).toBe('not_acquired')
    expect(account.run(take(1, { holder }), START_MS)).toMatchObject({
      repeated: false,
      level: { used: 1 },
    })
    expect(account.get('levels', '')?.remembered).toBe(1)
  })
})

describe('a lease', () => {
  it('ends by the sweep, and the acquisition is told as expired', () => {
    const account = openAccount()
    account.run(take(2, { holder: HOLDER, leaseMs: 5_000 }), START_MS)
    expect(account.run({ type: 'sweep' }, START_MS + 4_999)).toEqual({
      type: 'swept',
      nextDueMs: START_MS + 5_000,
    })
    expect(levels(account)).toMatchObject({ max_products: { used: 2 } })
    account.run({ type: 'sweep' }, START_MS + 5_000)
    expect(levels(account)).toEqual({ max_products: { used: 0, byId: 0, highWater: 2 } })
    const again = account.run(take(2, { holder: HOLDER, leaseMs: 5_000 }), START_MS + 6_000)
    const acquisition = { amount: 2, expiresAtMs: START_MS + 5_000, state: 'expired' }
    expect(again).toMatchObject({ repeated: true, acquisition, level: { used: 0 } })
    const back = account.run(release(VERSION, HOLDER), START_MS + 6_000)
    expect(back).toMatchObject({ type: 'released', repeated: true, level: { used: 0 } })
    account.run({ type: 'sweep' }, START_MS + 5_000 + MARK_MS)
    expect(account.get('slip', HOLDER)).toBeUndefined()
    expect(account.get('levels', '')?.remembered).toBe(0)
  })

  it('that has run out is no obstacle to the next acquisition', () => {
    const account = openAccount()
    account.run(take(3, { holder: HOLDER, leaseMs: 5_000 }), START_MS)
    expect(account.run(take(1), START_MS + 4_999).type).toBe('refused')
    expect(account.run(take(1), START_MS + 5_000)).toMatchObject({ level: { used: 1 } })
  })
})

describe('the ledger', () => {
  it('has one entry for each quota and minute that it moved in, and where it stood at the end', () => {
    const account = openAccount()
    for (const amount of [1, 1, 1]) account.run(take(amount), START_MS)
    account.run(release(VERSION, null, { amount: 2 }), START_MS + 59_999)
    expect(account.ledger.map(({ kind }) => kind)).toEqual(['control'])
    account.run(take(1), START_MS + 60_000)
    expect(account.ledger.at(-1)).toEqual({
      seq: 2,
      atMs: START_MS + 60_000,
      kind: 'quota',
      quota: 'max_products',
      minuteMs: START_MS,
      acquired: 3,
      released: 2,
      expired: 0,
      used: 1,
    })
    expect(account.run({ type: 'sweep' }, START_MS + 120_000)).toMatchObject({ nextDueMs: null })
    expect(account.ledger).toHaveLength(3)
  })
})

it('an account remembers so many acquisitions by id, and no more', () => {
  const account = openAccount()
  const all = Array.from({ length: MAX_ACQUISITIONS }, (_, at) => `h${at}`)
  for (const holder of all) account.run(take(1, { holder, limit: null }), START_MS)
  expect(account.run(take(1, { holder: 'one-more', limit: null }), START_MS)).toEqual({
    type: 'crowded',
  })
  expect(account.run(release(VERSION, 'r', { amount: 1 }), START_MS)).toEqual({ type: 'crowded' })
  expect(account.run(take(1, { limit: null }), START_MS).type).toBe('acquired')
  expect(account.run(release(VERSION, 'h0'), START_MS).type).toBe('released')
})

it('an id that was minted tells its amount, and no other text passes for one', () => {
  const id = mintAcquisitionId(17, (count) => new Uint8Array(count).fill(171))
  expect(mintedAmount(id)).toBe(17)
  for (const text of ['key-1', 'acq_0_' + 'a'.repeat(32), 'acq_017_' + 'a'.repeat(32), `${id}0`]) {
    expect(mintedAmount(text)).toBeNull()
  }
})

it('holders of different quotas and kinds are never the same', () => {
  const texts = ['a', 'b', 'a|b', 'k:a', 'm:a', 'r:a', 'a%007cb', '']
  const all = ['q', 'r'].flatMap((quota) =>
    texts.flatMap((text) =>
      [acquisitionHolder, memberHolder, releaseHolder].map((name) => name(quota, text)),
    ),
  )
  expect(new Set(all).size).toBe(all.length)
})
