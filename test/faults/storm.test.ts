// A Redis of whose answers one in ten goes wrong in some way: nothing is charged twice or for nothing.
import { describe, expect, inject, it } from 'vitest'
import { useGateway } from '../support/stage-set.ts'
import { keepBooksInStorm } from '../support/store-faults.ts'

describe.runIf(inject('store') === 'redis')('a Redis that fails in one call of ten', () => {
  const set = useGateway({ instances: 8, bindings: { STORE_DEADLINE_MS: '3000' } })

  it.each([1, 2, 3, 4, 5])(
    'every request is settled once or not at all, to the nano-USD, seed %i',
    { timeout: 180_000 },
    async (seed) => {
      const storm = { requests: 200, width: 32, seed, percent: 10 }
      const books = await keepBooksInStorm(set, storm)
      const { statuses, twice, unaccounted, ledgerLessInvoice, countersLessLedger } = books
      expect([...statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([])
      expect(statuses.get(200)).toBeGreaterThan(storm.requests / 4)
      expect({ twice, unaccounted }).toEqual({ twice: [], unaccounted: [] })
      expect(ledgerLessInvoice).toBe(0n)
      expect(countersLessLedger).toBe(0n)
    },
  )
})
