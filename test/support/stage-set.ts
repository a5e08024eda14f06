// One gateway and one upstream for a test file, started and ended with it.
import { afterAll, beforeAll } from 'vitest'
import { type GatewayOptions, type RunningGateway, startGateway } from './start-gateway.ts'
import { openTestStore, type TestStore } from './stores.ts'
import { startTestUpstream, type TestUpstream } from './test-upstream.ts'

export interface StageSet {
  readonly store: TestStore
  readonly gateway: RunningGateway
  readonly upstream: TestUpstream
}

/** The two are there from the first test on. */
export function useGateway(options: Omit<GatewayOptions, 'upstreamUrl'> = {}): StageSet {
  let upstream: TestUpstream | undefined
  let store: TestStore | undefined
  let gateway: RunningGateway | undefined
  beforeAll(async () => {
    upstream = await startTestUpstream()
    store = await openTestStore()
    const bindings = { ...store.bindings, ...options.bindings }
    gateway = await startGateway({ ...options, bindings, upstreamUrl: upstream.url })
  })
  afterAll(async () => {
    await gateway?.stop()
    await store?.close()
    await upstream?.stop()
  })
  return {
    get gateway() {
      return started(gateway)
    },
    get store() {
      return started(store)
    },
    get upstream() {
      return started(upstream)
    },
  }
}

function started<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('asked for before the first test')
  return thing
}
