import { describe, expect, it } from 'vitest'
import type { AccountCommand, AccountReply, Receipt } from '../../src/account/commands.ts'
import { abandonSurely, settleSurely } from '../../src/admit/settlement.ts'
import type { Outcome } from '../../src/ledger/entry.ts'
import type { Store } from '../../src/store/store.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { FakeClock, START_MS, watch } from '../support/fakes/clock.ts'
import { admit } from '../store/commands.ts'

const tenant = TenantId.parse('acme')
const charge = { inputTokens: 3, outputTokens: 4, nanoUsd: 5 }
const receipt: Receipt = {
  holdId: 'hold_1',
  incarnation: 'inc-1',
  admittedAtMs: START_MS,
  periods: { day: 0, month: 0 },
  budgets: [],
  context: admit('v', 'hold_1', START_MS).context,
}
const outcome: Outcome = {
  provenance: 'provider',
  status: 200,
  ended: 'completed',
  modelServed: null,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  latencyMs: 0,
  bytesIn: 0,
  bytesOut: 0,
}
const SETTLED: AccountReply = { type: 'settled', charged: charge, repeated: false, meters: [] }

function failingTimes(failures: number, reply: AccountReply) {
  const clock = new FakeClock()
  const sent: { atMs: number; command: AccountCommand }[] = []
  const run = (_: TenantId, command: AccountCommand) => {
    sent.push({ atMs: clock.now() - START_MS, command })
    return sent.length <= failures ? Promise.reject(new Error('down')) : Promise.resolve(reply)
  }
  const lines: [string, object][] = []
  const log = { warn: () => undefined, error: (...line: [string, object]) => void lines.push(line) }
  return { clock, sent, lines, log, store: { run } as unknown as Store }
}

describe('a settlement', () => {
  it('is sent once when the store answers', async () => {
    const { clock, sent, store, lines, log } = failingTimes(0, SETTLED)
    await settleSurely(
      { store, tenant, receipt, clock, log },
      { charge, outcome, stock: undefined },
    )
    expect(sent.map(({ command }) => command)).toEqual([
      { type: 'settle', receipt, charge, outcome },
    ])
    expect([lines.length, clock.pending]).toEqual([0, 0])
  })

  it('is sent again, the same, while its outcome is unknown, all within 30 s', async () => {
    const { clock, sent, store, lines, log } = failingTimes(99, SETTLED)
    const settling = watch(
      settleSurely({ store, tenant, receipt, clock, log }, { charge, outcome, stock: undefined }),
    )
    await clock.advance(30_000)
    expect(settling.fate.state).toBe('kept')
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 200, 1_200, 4_200, 10_200, 19_200])
    expect(new Set(sent.map(({ command }) => JSON.stringify(command))).size).toBe(1)
    expect(clock.pending).toBe(0)
    // The sweep will charge the checkpoint; that the exact figure was lost is told.
    expect(lines).toEqual([
      ['settle_failed', { tenant, request_id: 'req-hold_1', hold: 'hold_1', ...charge }],
    ])
  })

  it('stops at the first answer', async () => {
    const { clock, sent, store, lines, log } = failingTimes(2, SETTLED)
    const settling = watch(
      settleSurely({ store, tenant, receipt, clock, log }, { charge, outcome, stock: undefined }),
    )
    await clock.advance(30_000)
    expect([settling.fate.state, sent.length, lines.length]).toEqual(['kept', 3, 0])
  })

  it('that came too late to be charged is told to the operator', async () => {
    const { clock, store, lines, log } = failingTimes(0, { type: 'unresolved' })
    await settleSurely(
      { store, tenant, receipt, clock, log },
      { charge, outcome, stock: undefined },
    )
    expect(lines).toEqual([
      ['settle_unresolved', { tenant, request_id: 'req-hold_1', hold: 'hold_1', ...charge }],
    ])
  })
})

describe('an abandonment', () => {
  it('is repeated until the store has it', async () => {
    const { clock, sent, store } = failingTimes(3, { type: 'abandoned' })
    const hold = { holdId: 'hold_1', incarnation: 'inc-1' }
    const abandoning = watch(abandonSurely(store, clock, tenant, hold))
    await clock.advance(30_000)
    expect(abandoning.fate.state).toBe('kept')
    expect(sent.map(({ command }) => command)).toEqual(
      Array.from({ length: 4 }, () => ({ type: 'abandon', ...hold })),
    )
  })
})
