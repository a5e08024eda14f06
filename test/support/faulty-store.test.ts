import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/store/memory.ts'
import { StoreUnavailable } from '../../src/store/store.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { START_MS, admit, create } from '../store/commands.ts'
import { type Fault, createFaultyStore, seededFaults } from './faulty-store.ts'

const TENANT = TenantId.parse('acme')
const VERSION = 'inc-1.1.nonce-1'

async function admitUnder(fault: Fault) {
  const store = createMemoryStore({ now: () => START_MS })
  await store.run(TENANT, create(TENANT))
  const waits: string[] = []
  const faulty = createFaultyStore({
    store,
    plan: () => fault,
    wait: async () => void waits.push('waited'),
  })
  const reply = await faulty.run(TENANT, admit(VERSION, 'hold-1', START_MS)).then(
    ({ type }) => type,
    (error: unknown) => error,
  )
  const view = await store.run(TENANT, { type: 'view', rates: [], budgets: [] })
  const live = view.type === 'viewed' ? view.counters.live : null
  return { reply, live, waits: waits.length, calls: faulty.calls.get('admit') }
}

describe('the faulty store', () => {
  it.each([
    ['none', 'admitted', 1, 0],
    ['drop_before', expect.any(StoreUnavailable), 0, 0],
    ['drop_after', expect.any(StoreUnavailable), 1, 0],
    ['delay', 'admitted', 1, 1],
    ['repeat', 'admitted', 1, 0],
  ] as const)(
    'does what %s says, and counts the one command',
    async (fault, reply, live, waits) => {
      expect(await admitUnder(fault)).toEqual({ reply, live, waits, calls: 1 })
    },
  )

  it('answers nothing while it is down, and all again afterwards', async () => {
    const faulty = createFaultyStore({ store: createMemoryStore({ now: () => START_MS }) })
    faulty.setDown(true)
    await expect(faulty.ping()).rejects.toThrow(StoreUnavailable)
    await expect(faulty.run(TENANT, create(TENANT))).rejects.toThrow(StoreUnavailable)
    await expect(faulty.directory.list(null, 1)).rejects.toThrow(StoreUnavailable)
    faulty.setDown(false)
    await expect(faulty.ping()).resolves.toBeUndefined()
    expect((await faulty.run(TENANT, create(TENANT))).type).toBe('created')
  })

  it('plans the same faults for the same seed, about as often as it is told', () => {
    const faults = (seed: number) => {
      const plan = seededFaults(seed, { drop_before: 10, repeat: 20 })
      return Array.from({ length: 10_000 }, (_, n) => plan('admit', n + 1))
    }
    expect(faults(7)).toEqual(faults(7))
    expect(faults(7)).not.toEqual(faults(8))
    const share = (fault: Fault) => faults(7).filter((f) => f === fault).length / 100
    expect(Math.round(share('drop_before'))).toBe(10)
    expect(Math.round(share('repeat'))).toBe(20)
    expect(share('drop_after') + share('delay')).toBe(0)
  })
})
