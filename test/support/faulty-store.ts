// A Store between which and its caller calls get lost, late or doubled, by a plan that a seed fixes.
// It also counts the commands that its caller sent, whatever became of them.
import type { AccountCommand, ReplyTo } from '../../src/account/commands.ts'
import { type Store, StoreUnavailable } from '../../src/store/store.ts'
import type { TenantId } from '../../src/tenant/slug.ts'

type CommandType = AccountCommand['type']

/**
 * `drop_before`: the store never hears of it · `drop_after`: it is executed, the reply is lost ·
 * `delay`: it is executed after a wait · `repeat`: it is executed twice, the second reply is told.
 */
export type Fault = 'none' | 'drop_before' | 'drop_after' | 'delay' | 'repeat'

/** What becomes of the nth command (from 1), of all that are sent. */
export type FaultPlan = (type: CommandType, nth: number) => Fault

export interface FaultyStore extends Store {
  /** How often each type of command was sent. */
  readonly calls: ReadonlyMap<CommandType, number>
  /** All further calls, the directory's and the strikes' too, fail before the store hears of them. */
  setDown(down: boolean): void
}

export interface FaultyStoreOptions {
  readonly store: Store
  readonly plan?: FaultPlan
  /** How a `delay` is waited for; a clock of the test's may decide when it is over. */
  readonly wait?: () => Promise<void>
}

export function createFaultyStore({
  store,
  plan = () => 'none',
  wait = () => Promise.resolve(),
}: FaultyStoreOptions): FaultyStore {
  const calls = new Map<CommandType, number>()
  let sent = 0
  let down = false

  async function lost(): Promise<never> {
    throw new StoreUnavailable('lost by the fault plan')
  }
  const unlessDown = <T>(ask: () => Promise<T>): Promise<T> => (down ? lost() : ask())

  async function run<C extends AccountCommand>(tenant: TenantId, command: C): Promise<ReplyTo<C>> {
    sent += 1
    calls.set(command.type, (calls.get(command.type) ?? 0) + 1)
    const fault = down ? 'drop_before' : plan(command.type, sent)
    switch (fault) {
      case 'none':
        return store.run(tenant, command)
      case 'drop_before':
        return lost()
      case 'drop_after':
        await store.run(tenant, command)
        return lost()
      case 'delay':
        await wait()
        return store.run(tenant, command)
      case 'repeat':
        await store.run(tenant, command)
        return store.run(tenant, command)
    }
  }

  return {
    calls,
    setDown(value) {
      down = value
    },
    run,
    ledger: (...args) => unlessDown(() => store.ledger(...args)),
    directory: {
      register: (...args) => unlessDown(() => store.directory.register(...args)),
      update: (row) => unlessDown(() => store.directory.update(row)),
      get: (tenant) => unlessDown(() => store.directory.get(tenant)),
      list: (...args) => unlessDown(() => store.directory.list(...args)),
      count: () => unlessDown(() => store.directory.count()),
      bury: (...args) => unlessDown(() => store.directory.bury(...args)),
      document: (...args) => unlessDown(() => store.directory.document(...args)),
      documents: (kind) => unlessDown(() => store.directory.documents(kind)),
      write: (...args) => unlessDown(() => store.directory.write(...args)),
    },
    strikes: { strike: (...args) => unlessDown(() => store.strikes.strike(...args)) },
    ping: () => unlessDown(() => store.ping()),
  }
}

/** The same faults for the same seed: each command has the given chance, in percent, of each. */
export function seededFaults(
  seed: number,
  percent: Partial<Record<Exclude<Fault, 'none'>, number>>,
): FaultPlan {
  let state = seed >>> 0
  const faults: readonly Exclude<Fault, 'none'>[] = ['drop_before', 'drop_after', 'delay', 'repeat']
  return () => {
    // A linear congruential step; its high bits are what is random enough to pick a fault by.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    let roll = (state / 2 ** 32) * 100
    for (const fault of faults) {
      roll -= percent[fault] ?? 0
      if (roll < 0) return fault
    }
    return 'none'
  }
}
