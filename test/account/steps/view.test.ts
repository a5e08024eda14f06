import { expect, it } from 'vitest'
import type { ViewCommand } from '../../../src/account/commands.ts'
import {
  acquire,
  admit,
  keyRecord,
  perMinute,
  settle,
  START_MS,
  usdPerDay,
} from '../../store/commands.ts'
import { admitted, charge, counters, openAccount, VERSION } from '../open-account.ts'

const used = keyRecord(`key_${'a'.repeat(22)}`)
const unused = keyRecord(`key_${'b'.repeat(22)}`)
const all: ViewCommand = { type: 'view', rates: [perMinute(5)], budgets: [usdPerDay(null, 0, 0)] }

it('a view shows limits, sums, levels and keys as they stand, without a limit too', () => {
  const keys = [
    { hash: 'h2', record: unused },
    { hash: 'h3', record: unused },
    { hash: 'h1', record: used },
  ]
  const account = openAccount(START_MS, { keys })
  const context = { ...admit(VERSION, 'a', START_MS).context, keyId: used.id }
  const asked = { rates: [perMinute(5)], budgets: [usdPerDay(null, 70, 0)], context }
  const { receipt } = admitted(account, admit(VERSION, 'a', START_MS, asked), START_MS)
  admitted(account, admit(VERSION, 'b', START_MS, asked), START_MS)
  account.run(settle(receipt, charge(1, 2, 33)), START_MS + 1_000)
  account.run(acquire(VERSION, 2), START_MS + 1_000)
  expect(account.run(all, START_MS + 2_000)).toEqual({
    type: 'viewed',
    nowMs: START_MS + 2_000,
    snapshot: {
      version: VERSION,
      incarnation: 'inc-1',
      config: account.get('config', '')?.config,
      key: null,
    },
    meters: [
      {
        id: 'requests_per_minute',
        kind: 'rate',
        limit: 5,
        used: 2,
        held: 0,
        resetsAtMs: START_MS + 61_000,
      },
      {
        id: 'usd_per_day',
        kind: 'budget',
        limit: null,
        used: 33,
        held: 70,
        resetsAtMs: Date.UTC(2040, 5, 18),
      },
    ],
    counters: counters(account),
    levels: { max_products: { used: 2, byId: 0, highWater: 2 } },
    keys: [
      { hash: 'h1', record: used, lastUsedAtMs: START_MS + 1_000 },
      { hash: 'h2', record: unused, lastUsedAtMs: null },
      { hash: 'h3', record: unused, lastUsedAtMs: null },
    ],
  })
})

it('a view of a time beyond the stored periods shows nothing used, and no time of reset', () => {
  const account = openAccount()
  const reply = account.run(all, START_MS + 90 * 86_400_000)
  if (reply.type !== 'viewed') throw new Error('not viewed')
  expect(reply.meters).toEqual([
    { id: 'requests_per_minute', kind: 'rate', limit: 5, used: 0, held: 0, resetsAtMs: null },
    { id: 'usd_per_day', kind: 'budget', limit: null, used: 0, held: 0, resetsAtMs: null },
  ])
})
