import { describe, expect, it } from 'vitest'
import { KeyId } from '../../src/identify/api-key/key-id.ts'
import { NO_CHARGE } from '../../src/ledger/entry.ts'
import { StoreUnavailable } from '../../src/store/store.ts'
import { StaleSnapshot } from '../../src/stage.ts'
import { change, settle, START_MS } from '../store/commands.ts'
import { testUpstream } from '../support/fakes/call.ts'
import { INPUT_RATE } from '../support/fakes/openai-wire.ts'
import { openAdmission, TENANT } from './admission.ts'
import { charge, VERSION } from '../account/open-account.ts'

const KEY_ID = KeyId.parse(`key_${'0'.repeat(22)}`)
const { outcome } = settle({} as never, NO_CHARGE)

describe('what is asked of the account', () => {
  it('is one command with all that was decided, under an id of its own', async () => {
    const { ask, commands } = await openAdmission({
      caller: { keyExpiresAtMs: START_MS + 1, keyHashes: ['h1'] },
    })
    await ask()
    expect(commands).toEqual([
      {
        type: 'admit',
        version: VERSION,
        keyHashes: ['h1'],
        holdId: expect.stringMatching(/^hold_[0-9a-f]{32}$/) as string,
        mintedAtMs: START_MS,
        keyExpiresAtMs: START_MS + 1,
        rates: [],
        budgets: [
          {
            id: 'tokens_per_day',
            period: 'day',
            measure: 'tokens',
            limit: null,
            base: 40,
            unit: 1,
          },
          {
            id: 'tokens_per_month',
            period: 'month',
            measure: 'tokens',
            limit: null,
            base: 40,
            unit: 1,
          },
          {
            id: 'usd_per_day',
            period: 'day',
            measure: 'nano_usd',
            limit: null,
            base: 6_000,
            unit: 600,
          },
          {
            id: 'usd_per_month',
            period: 'month',
            measure: 'nano_usd',
            limit: null,
            base: 6_000,
            unit: 600,
          },
        ],
        maxConcurrency: null,
        output: { wanted: 100, least: 100 },
        estimate: charge(20, 0, 20 * INPUT_RATE),
        context: {
          requestId: 'req_1',
          upstream: 'openai',
          operation: 'chat.completions',
          model: 'gpt-4o-mini',
          user: null,
          keyId: null,
          priceVersion: 'prices-1',
        },
      },
    ])
  })

  it('weighs 1 in windows of requests, and in windows of tokens what it may take of them', async () => {
    const { ask, sent } = await openAdmission({
      limits: { requests_per_minute: 9, tokens_per_minute: 9_000, max_concurrency: 3 },
      call: { ask: { choices: 2 } },
    })
    await ask()
    expect(sent('admit')).toMatchObject({
      rates: [
        { id: 'requests_per_minute', limit: 9, base: 1, unit: 0 },
        { id: 'tokens_per_minute', limit: 9_000, base: 40, unit: 2 },
      ],
      maxConcurrency: 3,
    })
  })

  it('names the user and the key whose windows it touches', async () => {
    const credential = { kind: 'api-key', keyId: KEY_ID } as const
    const principal = {
      tenant: TENANT,
      user: 'ann',
      credential,
      scopes: new Set<string>(),
      roles: [],
    }
    const { ask, sent } = await openAdmission({
      limits: { user_requests_per_minute: 5, key_requests_per_minute: 6 },
      caller: { principal },
    })
    await ask()
    expect(sent('admit')).toMatchObject({
      rates: [
        { id: 'user_requests_per_minute|u:ann', limit: 5 },
        { id: `key_requests_per_minute|k:${KEY_ID}`, limit: 6 },
      ],
      context: { user: 'ann', keyId: KEY_ID },
    })
  })

  it.each([
    [
      'is free, though its model has a price',
      {
        upstream: testUpstream({ name: 'anthropic', kind: 'anthropic' }),
        operation: 'messages.count_tokens',
        model: 'claude-sonnet-4-5',
      },
    ],
    ['has no model', { operation: 'models.list' }],
  ])('touches no budget and no window of tokens where the operation %s', async (_, call) => {
    const { ask, sent } = await openAdmission({
      limits: { requests_per_minute: 9, tokens_per_minute: 0, tokens_per_day: 0, usd_per_day: 0 },
      call,
      permit: { outputTokens: 0 },
    })
    await ask()
    expect(sent('admit')).toMatchObject({
      rates: [{ id: 'requests_per_minute' }],
      budgets: [],
      estimate: NO_CHARGE,
    })
  })

  it.each([
    ['refuse', 100, 100],
    ['clamp', 100, 1],
    ['clamp', 0, 0],
  ] as const)(
    'with low_budget %s and %i tokens wanted, is content with %i',
    async (low_budget, outputTokens, least) => {
      const { ask, sent } = await openAdmission({
        policy: { low_budget },
        permit: { outputTokens },
      })
      await ask()
      expect(sent('admit')?.output).toEqual({ wanted: outputTokens, least })
    },
  )
})

describe('an admission', () => {
  const limits = { usd_per_day: 12_000, requests_per_minute: 9 }

  it('refused is a problem of its own, and tells where every limit stands', async () => {
    const { ask, told } = await openAdmission({ limits })
    await expect(ask()).rejects.toMatchObject({ code: 'BudgetExhausted' })
    expect(told.meters.map(({ id }) => id)).toEqual(['requests_per_minute', 'usd_per_day'])
    expect(told.clampedTo).toBeNull()
  })

  it('provides what was granted and what was asked of each limit, and tells that it is clamped', async () => {
    const { admitted, told } = await openAdmission({ limits, policy: { low_budget: 'clamp' } })
    const { granted, demands } = await admitted()
    expect(granted).toBe(10)
    expect(told.clampedTo).toBe(10)
    expect(demands.map(({ id }) => id)).toEqual([
      'requests_per_minute',
      'tokens_per_day',
      'tokens_per_month',
      'usd_per_day',
      'usd_per_month',
    ])
    expect(told.meters).toMatchObject([
      { id: 'requests_per_minute', used: 1 },
      { id: 'usd_per_day', held: 12_000 },
    ])
  })

  it('of all that was wanted is not told as clamped', async () => {
    const { admitted, told } = await openAdmission()
    expect((await admitted()).granted).toBe(100)
    expect(told.clampedTo).toBeNull()
  })
})

describe('an answer that is no admission', () => {
  it('with a newer configuration is learned, and all is decided again', async () => {
    const { ask, memory, snapshots, known } = await openAdmission()
    const config = { ...known.config, name: 'Renamed' }
    await memory.run(TENANT, change(VERSION, { config }))
    await expect(ask()).rejects.toBeInstanceOf(StaleSnapshot)
    expect(snapshots.get(TENANT)?.config.name).toBe('Renamed')
  })

  it('of an account that is gone is forgotten, and all is decided again', async () => {
    const { ask, memory, snapshots } = await openAdmission()
    await memory.run(TENANT, { type: 'erase', incarnation: 'inc-1' })
    await expect(ask()).rejects.toBeInstanceOf(StaleSnapshot)
    expect(snapshots.get(TENANT)).toBeNull()
  })

  it('for a key that has expired is a 401 that says so', async () => {
    const { ask } = await openAdmission({ caller: { keyExpiresAtMs: START_MS } })
    await expect(ask()).rejects.toMatchObject({
      code: 'Unauthenticated',
      detail: 'The API key has expired.',
    })
  })

  it.each([{ type: 'hold_spent' }, { type: 'periods_stale', nowMs: START_MS }] as const)(
    'because it came too late is a 503 to be tried again in a second: $type',
    async (reply) => {
      const { ask, lines } = await openAdmission({ answer: () => reply })
      await expect(ask()).rejects.toMatchObject({
        code: 'StoreUnavailable',
        detail: 'The request could not be admitted in time.',
        members: { retryAfterMs: 1_000 },
      })
      expect(lines).toEqual([])
    },
  )

  it('for want of periods is followed by the same command with eight days and two months', async () => {
    const { ask, commands, clock } = await openAdmission()
    await clock.advance(4 * 86_400_000)
    await ask()
    const [first, second] = commands
    const { periods, ...again } = second as Extract<typeof second, { type: 'admit' }>
    expect(again).toEqual(first)
    expect(periods?.day.map(({ start }) => start)).toEqual(
      Array.from({ length: 8 }, (_, nth) => Date.UTC(2040, 5, 21 + nth)),
    )
    expect(periods?.month.map(({ start }) => start)).toEqual([
      Date.UTC(2040, 5, 1),
      Date.UTC(2040, 6, 1),
    ])
    expect(commands).toHaveLength(2)
  })

  it('that never came gives the hold up, so that a late admission finds a mark', async () => {
    const lost = new StoreUnavailable('lost')
    const { ask, commands, sent, quiet } = await openAdmission({
      answer: ({ type }) => (type === 'admit' ? lost : undefined),
    })
    await expect(ask()).rejects.toBe(lost)
    await quiet()
    expect(commands).toEqual([
      sent('admit'),
      { type: 'abandon', holdId: sent('admit')?.holdId, incarnation: 'inc-1' },
    ])
  })
})

describe('the handle of an admitted request', () => {
  it('carries what is measured in each renewal, and nothing before it is measured', async () => {
    const { admitted, clock, commands } = await openAdmission()
    const admission = await admitted()
    await clock.advance(20_000)
    admission.checkpoint(() => charge(1, 2, 3))
    await clock.advance(20_000)
    expect(commands.slice(1)).toMatchObject([
      { type: 'renew', incarnation: 'inc-1', checkpoint: null },
      { type: 'renew', incarnation: 'inc-1', checkpoint: charge(1, 2, 3) },
    ])
  })

  it('is lost when the account says that the hold is gone', async () => {
    const { admitted, clock } = await openAdmission({
      answer: ({ type }) => (type === 'renew' ? { type: 'gone' } : undefined),
    })
    const { lost } = await admitted()
    expect(lost.aborted).toBe(false)
    await clock.advance(20_000)
    expect(lost.aborted).toBe(true)
  })

  it('counts its lease from when the admission was sent, not from when it was answered', async () => {
    const { admitted, clock } = await openAdmission({
      delayMs: 1_000,
      answer: ({ type }) => (type === 'renew' ? new Error('down') : undefined),
    })
    const asked = admitted()
    await clock.advance(1_000)
    const { lost } = await asked
    await clock.advance(53_999)
    expect(lost.aborted).toBe(false)
    await clock.advance(1)
    expect(lost.aborted).toBe(true)
  })

  it('extends by what was granted, in windows of tokens and budgets but not of requests', async () => {
    const { admitted, sent } = await openAdmission({
      limits: { requests_per_minute: 1, tokens_per_minute: 1_000 },
      permit: { outputTokens: 30 },
    })
    expect(await (await admitted()).extend(2)).toBe(true)
    expect(sent('extend')).toEqual({
      type: 'extend',
      holdId: sent('admit')?.holdId,
      incarnation: 'inc-1',
      attempt: 2,
      rates: sent('admit')?.rates.slice(1),
      budgets: sent('admit')?.budgets,
      output: 30,
    })
  })

  it('may not be used for one more attempt that has no room', async () => {
    const { admitted } = await openAdmission({ limits: { tokens_per_minute: 200 } })
    expect(await (await admitted()).extend(2)).toBe(false)
  })

  it('settles once, the first charge, and renews nothing after it', async () => {
    const { admitted, clock, commands, sent, quiet } = await openAdmission()
    const admission = await admitted()
    void admission.settle(charge(1, 2, 3), outcome)
    void admission.settle(charge(9, 9, 9), outcome)
    await quiet()
    await clock.advance(120_000)
    expect(commands.map(({ type }) => type)).toEqual(['admit', 'settle'])
    expect(sent('settle')).toMatchObject({
      charge: charge(1, 2, 3),
      outcome,
      receipt: { holdId: sent('admit')?.holdId },
    })
  })
})
