import { describe, expect, it } from 'vitest'
import { admit, perMinute, START_MS, usdPerDay } from '../store/commands.ts'
import { admitted, openAccount, VERSION } from './open-account.ts'

describe('a crowd of 10,000 requests', () => {
  it('at once: exactly N are admitted under N a minute', () => {
    for (const limit of [1, 7, 100, 600]) {
      const account = openAccount()
      let count = 0
      for (let nth = 0; nth < 10_000; nth += 1) {
        const reply = account.run(
          admit(VERSION, `h${nth}`, START_MS, { rates: [perMinute(limit)] }),
          START_MS,
        )
        count += reply.type === 'admitted' ? 1 : 0
      }
      expect(count).toBe(limit)
    }
  })

  it('each refused by the last limit, leaves all others as they were', () => {
    const account = openAccount()
    const open = { rates: [perMinute(5)], budgets: [usdPerDay(1_000, 10, 0)] }
    for (let nth = 0; nth < 10_000; nth += 1) {
      const nowMs = START_MS + nth
      const command = admit(VERSION, `h${nth}`, nowMs, { ...open, maxConcurrency: 0 })
      expect(account.run(command, nowMs).type).toBe('refused')
    }
    const { meters } = admitted(
      account,
      admit(VERSION, 'x', START_MS + 10_000, open),
      START_MS + 10_000,
    )
    expect(meters).toMatchObject([{ used: 1 }, { used: 0, held: 10 }])
  })
})
