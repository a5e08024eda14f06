// A store, in memory as a rule, with every call to it written down, and a way to lose one: a control-plane
// action makes several, and may end after any of them.
import { setImmediate } from 'node:timers/promises'
import { createMemoryStore } from '../../src/store/memory.ts'
import { type Store, StoreUnavailable } from '../../src/store/store.ts'

/** Whether the call is lost on the way there, or its answer on the way back. */
export type Loss = 'before' | 'after'

export interface WatchedStore extends Store {
  /** Names of the calls in order: `create`, `change`, `directory.update`, ... */
  readonly calls: string[]
  /** All that was ever sent to the store, as one text. */
  sent: string
  /** Asked at each call what becomes of it. */
  lose: (call: string) => Loss | null
}

export function watchedStore(
  clock: { now(): number },
  store: Store = createMemoryStore(clock),
): WatchedStore {
  async function call<T>(name: string, sent: unknown, work: () => Promise<T>): Promise<T> {
    watched.calls.push(name)
    watched.sent += JSON.stringify(sent)
    const loss = watched.lose(name)
    // All others who are at work come in between, as they would over a network.
    await setImmediate()
    if (loss === 'before') throw new StoreUnavailable('lost on the way there')
    const answer = structuredClone(await work())
    if (loss === 'after') throw new StoreUnavailable('lost on the way back')
    return answer
  }

  const { directory } = store
  const watched: WatchedStore = {
    calls: [],
    sent: '',
    lose: () => null,
    run: (tenant, command) => call(command.type, command, () => store.run(tenant, command)),
    ledger: (...args) => call('ledger', args, () => store.ledger(...args)),
    directory: {
      register: (...args) => call('directory.register', args, () => directory.register(...args)),
      update: (row) => call('directory.update', row, () => directory.update(row)),
      get: (tenant) => call('directory.get', tenant, () => directory.get(tenant)),
      list: (...args) => call('directory.list', args, () => directory.list(...args)),
      count: () => call('directory.count', null, () => directory.count()),
      bury: (...args) => call('directory.bury', args, () => directory.bury(...args)),
      document: (...args) => call(`read.${args[0]}`, args, () => directory.document(...args)),
      documents: (kind) => call(`list.${kind}`, kind, () => directory.documents(kind)),
      write: (...args) =>
        call(`write.${args[0].map(({ kind }) => kind).join('+')}`, args, () =>
          directory.write(...args),
        ),
    },
    strikes: store.strikes,
    ping: () => store.ping(),
  }
  return watched
}
