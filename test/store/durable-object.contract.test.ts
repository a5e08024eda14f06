import { describe } from 'vitest'
import {
  DurableObjectHarness,
  bundleStoreWorker,
  temporaryFolder,
} from './durable-object-harness.ts'
import { type StoreUnderTest, storeContract } from './contract.ts'
import { directoryContract } from './directory-contract.ts'

async function open(): Promise<StoreUnderTest> {
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
}

describe('the Durable Object store, in workerd', () => {
  storeContract(open)
})

describe('the directory in a Durable Object, in workerd', () => {
  directoryContract(open)
})
