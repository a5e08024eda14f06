import { describe, expect, inject, it } from 'vitest'
import { useGateway } from '../support/stage-set.ts'
import { keepBooksInStorm } from '../support/store-faults.ts'

describe.runIf(inject('store') === 'redis')('a Redis that fails in one call of ten', () => {
  const set = useGateway({ instances: 8, bindings: { STORE_DEADLINE_MS: '3000' } })

  it('10,000 requests are settled once or not at all, to the nano-USD', async () => {
    const storm = { requests: 10_000, width: 64, seed: 20_261_121, percent: 10, slowOnes: 40 }
    const books = await keepBooksInStorm(set, storm)
    const { statuses, kinds, twice, unaccounted, ledgerLessInvoice, countersLessLedger } = books
    console.info(Object.fromEntries(statuses), Object.fromEntries(kinds))
    expect([...statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([])
    expect({ twice, unaccounted }).toEqual({ twice: [], unaccounted: [] })
    expect(ledgerLessInvoice).toBe(0n)
    expect(countersLessLedger).toBe(0n)
  })
})
