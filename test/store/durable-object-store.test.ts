// The store's side of a call: deadlines, repetitions and silence, over objects that a test makes up.
import { describe, expect, it } from 'vitest'
import type { AccountCommand, AccountReply } from '../../src/account/commands.ts'
import type { Clock } from '../../src/clock.ts'
import {
  type AccountStub,
  createDurableObjectStore,
} from '../../src/store/durable-object/durable-object-store.ts'
import { type Store, StoreUnavailable } from '../../src/store/store.ts'
import { TenantId } from '../../src/tenant/slug.ts'

const TENANT = TenantId.parse('acme')
const SWEEP: AccountCommand = { type: 'sweep' }
const SWEPT = { type: 'swept', nextDueMs: null } as const

/** A clock whose timers the test fires. */
function manualClock() {
  const timers = new Map<number, () => void>()
  const clock: Clock = {
    now: () => 0,
    after(ms, fn) {
      timers.set(ms, fn)
      return () => timers.delete(ms)
    },
  }
  return { clock, timers }
}

type Run = (tenant: string, command: AccountCommand) => Promise<AccountReply>

function storeOver(run: Run, clock: Clock = manualClock().clock): Store {
  const never = {
    getByName: (): never => {
      throw new Error('not part of this test')
    },
  }
  const stub: AccountStub = {
    runJson: async (tenant, command) => JSON.stringify(await run(tenant, JSON.parse(command))),
    ledger: () => Promise.resolve([]),
  }
  return createDurableObjectStore({
    accounts: { getByName: () => stub },
    directory: never,
    throttle: never,
    clock,
  })
}

function runtimeError(flags: { retryable?: boolean; overloaded?: boolean }): Error {
  return Object.assign(new Error('internal error; canary'), flags)
}

/** An object that fails as told, one error a call, and then answers. */
function failing(...errors: Error[]) {
  const counter = { calls: 0 }
  const run: Run = async () => {
    const error = errors[counter.calls]
    counter.calls += 1
    if (error !== undefined) throw error
    return SWEPT
  }
  return { run, counter }
}

describe('the Durable Object store', () => {
  it('rejects as unavailable when the object has not answered by the deadline of 1 s', async () => {
    const { clock, timers } = manualClock()
    const { promise: never } = Promise.withResolvers<never>()
    const reply = storeOver(() => never, clock).run(TENANT, SWEEP)
    expect([...timers.keys()]).toEqual([1_000])
    timers.get(1_000)?.()
    await expect(reply).rejects.toThrow(StoreUnavailable)
  })

  it('leaves no timer behind once the object has answered', async () => {
    const { clock, timers } = manualClock()
    await storeOver(() => Promise.resolve(SWEPT), clock).run(TENANT, SWEEP)
    expect(timers.size).toBe(0)
  })

  it('asks a second time, and no third, when the runtime says to try again', async () => {
    const once = failing(runtimeError({ retryable: true }))
    await expect(storeOver(once.run).run(TENANT, SWEEP)).resolves.toEqual(SWEPT)
    expect(once.counter.calls).toBe(2)

    const twice = failing(runtimeError({ retryable: true }), runtimeError({ retryable: true }))
    await expect(storeOver(twice.run).run(TENANT, SWEEP)).rejects.toThrow(StoreUnavailable)
    expect(twice.counter.calls).toBe(2)
  })

  it.each([
    ['an overloaded object', SWEEP, { retryable: true, overloaded: true }],
    ['an error that the runtime does not call retryable', SWEEP, {}],
    [
      'a refusal, which would count twice',
      { type: 'refuse', version: 'v', keyHashes: [], reason: 'scope' } as const,
      { retryable: true },
    ],
  ])('does not ask %s again', async (_what, command, flags) => {
    const { run, counter } = failing(runtimeError(flags))
    await expect(storeOver(run).run(TENANT, command)).rejects.toThrow(StoreUnavailable)
    expect(counter.calls).toBe(1)
  })

  it('does not ask again once the deadline has passed', async () => {
    const { clock, timers } = manualClock()
    const first = Promise.withResolvers<never>()
    let calls = 0
    const run = () => {
      calls += 1
      return first.promise
    }
    const reply = storeOver(run, clock).run(TENANT, SWEEP)
    timers.get(1_000)?.()
    await expect(reply).rejects.toThrow(StoreUnavailable)
    first.reject(runtimeError({ retryable: true }))
    await expect(first.promise).rejects.toThrow('internal error')
    expect(calls).toBe(1)
  })

  it('tells nothing of the error, which may quote what was asked', async () => {
    const { run } = failing(runtimeError({}))
    const error: unknown = await storeOver(run)
      .run(TENANT, SWEEP)
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StoreUnavailable)
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('canary')
    expect(error).not.toHaveProperty('cause')
  })

  it('rejects, and does not throw, when an object cannot even be named', async () => {
    await expect(storeOver(() => Promise.resolve(SWEPT)).ping()).rejects.toThrow(StoreUnavailable)
  })
})
