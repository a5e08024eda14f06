import { expect, it } from 'vitest'
import { admit, settle, START_MS, usdPerDay } from '../store/commands.ts'
import { cell, charge, openAccount, VERSION } from '../account/open-account.ts'

const BUDGET = 1_000_000

it.each([
  ['refuse', 40, 60],
  ['clamp', 1, 100],
] as const)(
  'with %s, requests of known cost one after the other spend 99 % of a budget before a refusal',
  (_, least, wanted) => {
    const account = openAccount()
    const budgets = [usdPerDay(BUDGET, 1_000, 100)]
    let spent = 0
    for (let n = 0; ; n++) {
      const command = admit(VERSION, `hold-${n}`, START_MS, { budgets, output: { wanted, least } })
      const reply = account.run(command, START_MS)
      if (reply.type !== 'admitted') break
      // The input as estimated, and half of the output that was granted.
      const cost = 1_000 + 100 * Math.floor(reply.granted / 2)
      spent += cost
      account.run(settle(reply.receipt, charge(10, 10, cost)), START_MS)
    }
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: spent, held: 0 })
    expect(spent).toBeGreaterThanOrEqual(0.99 * BUDGET)
  },
)
