import { describe, expect, it } from 'vitest'
import type { AccountCommand } from '../../src/account/commands.ts'
import { failFast } from '../../src/store/fail-fast.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import { StoreUnavailable } from '../../src/store/store.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { createFaultyStore } from '../support/faulty-store.ts'
import { START_MS, create } from './commands.ts'

const ACME = TenantId.parse('acme')
const OTHER = TenantId.parse('other')
const LOAD = { type: 'load', version: null, keyHashes: [] } as const satisfies AccountCommand
const ABANDON = { type: 'abandon', holdId: 'a', incarnation: 'inc-1' } as const

async function setUp() {
  const clock = { nowMs: START_MS, now: () => clock.nowMs }
  const memory = createMemoryStore(clock)
  for (const tenant of [ACME, OTHER]) await memory.run(tenant, create(tenant))
  const faulty = createFaultyStore({ store: memory })
  const store = failFast(faulty, clock)
  const ask = (tenant: TenantId, command: AccountCommand = LOAD) =>
    store.run(tenant, command).then(
      ({ type }) => type as string,
      (error: unknown) => {
        if (!(error instanceof StoreUnavailable)) throw error
        return error.sent ? 'sent' : 'unsent'
      },
    )
  const loads = () => faulty.calls.get('load') ?? 0
  return { clock, faulty, ask, loads }
}

describe('while an account does not answer', () => {
  it('the first three failures are asked for, the next requests are refused without asking', async () => {
    const { faulty, ask, loads } = await setUp()
    faulty.setDown(true)
    const answers = []
    for (let at = 0; at < 6; at++) answers.push(await ask(ACME))
    expect(answers).toEqual(['sent', 'sent', 'sent', 'unsent', 'unsent', 'unsent'])
    expect(loads()).toBe(3)
  })

  it('one probe is sent every 500 ms, however many ask', async () => {
    const { clock, faulty, ask, loads } = await setUp()
    faulty.setDown(true)
    for (let at = 0; at < 3; at++) await ask(ACME)
    for (let round = 1; round <= 4; round++) {
      clock.nowMs += 499
      expect(await ask(ACME)).toBe('unsent')
      clock.nowMs += 1
      const crowd = await Promise.all(Array.from({ length: 50 }, () => ask(ACME)))
      expect(crowd.filter((answer) => answer === 'sent')).toHaveLength(1)
      expect(loads()).toBe(3 + round)
    }
  })

  it('a probe that is answered opens the way for all at once', async () => {
    const { clock, faulty, ask } = await setUp()
    faulty.setDown(true)
    for (let at = 0; at < 5; at++) await ask(ACME)
    faulty.setDown(false)
    expect(await ask(ACME)).toBe('unsent')
    clock.nowMs += 500
    expect(await ask(ACME)).toBe('stale')
    expect(await Promise.all([ask(ACME), ask(ACME)])).toEqual(['stale', 'stale'])
  })

  it('what ends a request is asked every time, and its answer opens the way too', async () => {
    const { faulty, ask } = await setUp()
    faulty.setDown(true)
    for (let at = 0; at < 5; at++) expect(await ask(ACME, ABANDON)).toBe('sent')
    expect(await ask(ACME)).toBe('unsent')
    faulty.setDown(false)
    expect(await ask(ACME, ABANDON)).toBe('abandoned')
    expect(await ask(ACME)).toBe('stale')
  })

  it('other tenants notice nothing', async () => {
    const { faulty, ask } = await setUp()
    faulty.setDown(true)
    for (let at = 0; at < 5; at++) await ask(ACME)
    faulty.setDown(false)
    expect(await ask(OTHER)).toBe('stale')
    expect(await ask(ACME)).toBe('unsent')
  })
})

it('failures that an answer lies between do not add up', async () => {
  const { faulty, ask } = await setUp()
  for (let at = 0; at < 6; at++) {
    faulty.setDown(at % 3 !== 2)
    expect(await ask(ACME)).toBe(at % 3 === 2 ? 'stale' : 'sent')
  }
})
