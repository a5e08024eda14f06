import { expect, it } from 'vitest'
import { chargeNanoUsd } from '../../src/price/pricing.ts'
import { completeRates, type Price } from '../../src/price/price-table.ts'
import { emptyUsage } from '../../src/price/usage.ts'
import {
  admitted,
  cell,
  charge,
  counters,
  openAccount,
  refused,
  VERSION,
} from '../account/open-account.ts'
import { admit, perMinute, settle, START_MS, usdPerDay } from '../store/commands.ts'

const ACCOUNTS = 10
const SETTLEMENTS = 100_000
const PRICES_NANO_USD_PER_MILLION = [
  1_000_000, 37_500_000, 150_000_000, 2_500_000_000, 75_000_000_000,
]

/** A small generator of its own, so that a failing run can be had again. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

it('1,000,000 settlements at mixed prices: committed equals the exact sum, to the nano-USD', () => {
  let difference = 0n
  let settlements = 0
  for (let seed = 1; seed <= ACCOUNTS; seed++) {
    const account = openAccount()
    const random = seeded(seed)
    let oracle = 0n
    for (let n = 0; n < SETTLEMENTS; n++) {
      const pick = () => PRICES_NANO_USD_PER_MILLION[random(5)] ?? 0
      const rates = { input: pick(), output: pick() }
      const price: Price = { kind: 'chat', tiers: [], ...completeRates(rates) }
      const inputTokens = random(100_000)
      const outputTokens = random(10_000)
      const micro =
        BigInt(inputTokens) * BigInt(rates.input) + BigInt(outputTokens) * BigInt(rates.output)
      oracle += (micro + 999_999n) / 1_000_000n
      const nanoUsd = chargeNanoUsd(price, { ...emptyUsage('provider'), inputTokens, outputTokens })
      const budgets = [usdPerDay(null, 1, 1)]
      const { receipt } = admitted(
        account,
        admit(VERSION, `hold-${n}`, START_MS, { budgets }),
        START_MS,
      )
      const command = settle(receipt, charge(inputTokens, outputTokens, Number(nanoUsd)))
      // Every tenth is delivered twice.
      for (let times = n % 10 === 0 ? 2 : 1; times > 0; times--) account.run(command, START_MS)
      settlements += 1
    }
    difference += BigInt(cell(account, 'usd_per_day')?.committed ?? -1) - oracle
    expect(counters(account).live).toBe(0)
    expect(cell(account, 'usd_per_day')?.held).toBe(0)
  }
  expect(settlements).toBe(1_000_000)
  expect(difference).toBe(0n)
})

it('1,000,000 refusals take nothing: the next is admitted the very millisecond the first leaves', () => {
  const account = openAccount()
  const ask = (id: string, nowMs: number) => admit(VERSION, id, nowMs, { rates: [perMinute(1)] })
  admitted(account, ask('first', START_MS), START_MS)
  const { refusal } = refused(account, ask('second', START_MS + 1), START_MS + 1)
  const freeAtMs = START_MS + 1 + (refusal.retryAfterMs ?? Number.NaN)
  let admissions = 0
  for (let n = 0; n < 1_000_000; n++) {
    const nowMs = START_MS + 1 + Math.floor((n * (freeAtMs - START_MS - 2)) / 1_000_000)
    if (account.run(ask(`n-${n}`, nowMs), nowMs).type !== 'refused') admissions += 1
  }
  expect(admissions).toBe(0)
  refused(account, ask('early', freeAtMs - 1), freeAtMs - 1)
  admitted(account, ask('due', freeAtMs), freeAtMs)
  expect(freeAtMs - START_MS).toBeLessThanOrEqual(60_000 + 1_000)
})
