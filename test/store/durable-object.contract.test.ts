import { describe } from 'vitest'
import {
  DurableObjectHarness,
  bundleStoreWorker,
  temporaryFolder,
} from './durable-object-harness.ts'
import { storeContract } from './contract.ts'

describe('the Durable Object store, in workerd', () => {
  storeContract(async () => {
    const folder = await temporaryFolder()
    const harness = await DurableObjectHarness.open(await bundleStoreWorker(), folder.path)
    return {
      store: harness.store,
      clock: harness.clock,
      async close() {
        await harness.close()
        await folder.remove()
      },
    }
  })
})
