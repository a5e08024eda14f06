import { describe } from 'vitest'
import { createMemoryStore } from '../../src/store/memory.ts'
import { START_MS } from './commands.ts'
import { storeContract } from './contract.ts'
import { directoryContract } from './directory-contract.ts'

function open() {
  const clock = { nowMs: START_MS }
  const store = createMemoryStore({ now: () => clock.nowMs })
  return Promise.resolve({ store, clock, close: () => Promise.resolve() })
}

describe('the store in memory', () => {
  storeContract(open)
})

describe('the directory in memory', () => {
  directoryContract(open)
})
