import { describe } from 'vitest'
import { createMemoryStore } from '../../src/store/memory.ts'
import { START_MS } from './commands.ts'
import { storeContract } from './contract.ts'

describe('the store in memory', () => {
  storeContract(() => {
    const clock = { nowMs: START_MS }
    const store = createMemoryStore({ now: () => clock.nowMs })
    return Promise.resolve({ store, clock, close: () => Promise.resolve() })
  })
})
