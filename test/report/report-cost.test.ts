// What a usage report costs does not grow with the ledger: an everyday size of test/long/report-cost.test.ts.
import { describe } from 'vitest'
import { hasRedis } from '../support/redis-server.ts'
import { reportCostContract } from '../support/report-cost-contract.ts'

const SIZES = { few: { entries: 300, days: 3 }, many: { entries: 3_000, days: 3 } }

describe('a usage report on Durable Objects', () => {
  reportCostContract('durable-object', SIZES)
})
describe.skipIf(!hasRedis)('a usage report on Redis', () => {
  reportCostContract('redis', SIZES)
})
