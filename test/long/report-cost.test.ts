// What a usage report costs over 1,000,000 entries of a ledger, on either store.
import { describe } from 'vitest'
import { hasRedis } from '../support/redis-server.ts'
import { reportCostContract } from '../support/report-cost-contract.ts'

const SIZES = { few: { entries: 10_000, days: 20 }, many: { entries: 1_000_000, days: 20 } }

describe('a usage report on Durable Objects', () => {
  reportCostContract('durable-object', SIZES)
})
describe.skipIf(!hasRedis)('a usage report on Redis', () => {
  reportCostContract('redis', SIZES)
})
