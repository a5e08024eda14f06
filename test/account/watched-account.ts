// An account under watch: whatever is run on it, its counters must equal its ledger and its live
// holds, what was read must not be mutated, and no limit may be passed at an admission.
import { deepEqual, equal, ok } from 'node:assert/strict'
import { cellAt } from '../../src/account/limits/budgets.ts'
import type { AccountCommand, AdmitCommand, Receipt, ReplyTo } from '../../src/account/commands.ts'
import { MemoryAccount } from '../../src/account/memory.ts'
import { periodAt } from '../../src/account/limits/period-table.ts'
import type { LiveSlip, RecordKind, RecordReader, RecordTypes } from '../../src/account/records.ts'
import { transact } from '../../src/account/transact.ts'
import type { RequestEntry } from '../../src/ledger/entry.ts'
import { counters } from './open-account.ts'
import { auditLevels, auditUsage, resetsOf } from './usage-audit.ts'
import { WindowLog } from './window-log.ts'

export class WatchedAccount {
  readonly account = new MemoryAccount()
  readonly receipts = new Map<string, Receipt>()
  /** Every record by kind and id, as the changes have made it. */
  readonly state = new Map<string, unknown>()
  readonly #windows = new WindowLog()
  readonly #refusedByDay = new Map<number, number>()
  #refused = 0

  /** Runs a command, checks that it was pure, and audits what it left. */
  run<C extends AccountCommand>(command: C, nowMs: number): ReplyTo<C> {
    const seen = this.account.ledger.length
    const { reply, changes, erase } = transact(frozen(this.account), command, nowMs)
    deepEqual(this.account.run(command, nowMs), reply)
    if (erase) this.state.clear()
    for (const { kind, id, value } of changes) {
      if (value === null) this.state.delete(`${kind}:${id}`)
      else this.state.set(`${kind}:${id}`, value)
    }
    this.#windows.learn(this.account.ledger.slice(seen))
    this.#note(command, this.account.get('config', '') === undefined ? null : reply.type)
    if (!erase && reply.type !== 'gone') this.#audit()
    return reply
  }

  /** What a refusal may not change: everything but the counts of refusals, and the clock. */
  get stateButRefusals(): unknown {
    return [...this.state]
      .filter(([key]) => key !== 'refusals:' && key !== 'config:')
      .map(([key, value]) => [key, withoutRefusals(value)])
  }

  get clockMs(): number {
    return counters(this.account).clockMs
  }

  get liveSlips(): readonly (readonly [string, LiveSlip])[] {
    return [...this.receipts.keys()].flatMap((holdId) => {
      const slip = this.account.get('slip', holdId)
      return slip?.state === 'live' ? [[holdId, slip] as const] : []
    })
  }

  #note(command: AccountCommand, outcome: string | null): void {
    if (command.type === 'admit' && outcome === 'admitted') this.#noteAdmission(command)
    if (command.type === 'extend' && outcome === 'extended') {
      const slip = this.account.get('slip', command.holdId)
      if (slip?.state === 'live') this.#windows.extend(command.holdId, this.clockMs, slip.rates)
    }
    const counted = outcome === 'confirmed' || outcome === 'key_expired' || outcome === 'crowded'
    const asked = command.type === 'admit' || command.type === 'acquire'
    if (!counted && !(asked && outcome === 'refused')) return
    this.#refused += 1
    const day = periodAt(this.account.get('config', '')?.periods.day ?? [], this.clockMs)
    if (day === undefined) return
    this.#refusedByDay.set(day.start, (this.#refusedByDay.get(day.start) ?? 0) + 1)
  }

  /** Invariants 1 and 2, at the moment they are about. */
  #noteAdmission({ holdId, rates, budgets, maxConcurrency }: AdmitCommand): void {
    const slip = this.account.get('slip', holdId)
    if (slip?.state !== 'live') throw new Error('admitted without a hold')
    if (this.receipts.has(holdId)) return
    const { admittedAtMs, periods, context } = slip
    const incarnation = this.account.get('config', '')?.incarnation ?? ''
    this.receipts.set(holdId, {
      holdId,
      incarnation,
      admittedAtMs,
      periods,
      budgets: slip.budgets,
      context,
    })
    this.#windows.admit(holdId, admittedAtMs, slip.rates)
    for (const { id, windowMs, limit } of rates) {
      ok(this.#windows.weight(id, this.clockMs - windowMs) <= limit, `${id} is passed`)
    }
    for (const { id, period, limit } of budgets) {
      const { committed, held } = cellAt(counters(this.account), id, periods[period])
      ok(limit === null || committed + held <= limit, `${id} is passed`)
    }
    ok(maxConcurrency === null || this.liveSlips.length <= maxConcurrency, 'too many in flight')
  }

  /** Invariant 5, and that holds are what the live slips hold. */
  #audit(): void {
    const { account } = this
    const { totals, budgets, seq, live, liveHighWater } = counters(account)
    const { ledger } = account
    deepEqual(
      ledger.map((entry) => entry.seq),
      ledger.map((_, nth) => nth + 1),
    )
    equal(seq, ledger.length)
    const entries = ledger.filter((entry) => 'charge' in entry)
    deepEqual(totals, { ...sumOf(entries), refused: this.#refused })
    const pending = Object.values(account.get('refusals', '')?.counts ?? {})
    const written = ledger.map((entry) => (entry.kind === 'refused' ? entry.count : 0))
    equal(
      [...pending, ...written].reduce((sum, count) => sum + count, 0),
      this.#refused,
    )
    auditUsage(account, this.#refusedByDay)
    auditLevels(account)
    const holds = this.liveSlips
    equal(live, holds.length)
    ok(liveHighWater >= live)
    for (const { id, start } of holds.flatMap(([, slip]) => slip.budgets)) {
      ok(
        budgets[id]?.some((cell) => cell.start === start),
        `the cell of a live hold in ${id} is gone`,
      )
    }
    for (const [id, cells] of Object.entries(budgets)) {
      for (const { start, committed, held } of cells) {
        const heldHere = holds.flatMap(([, slip]) =>
          slip.budgets.filter((one) => one.id === id && one.start === start),
        )
        equal(
          held,
          heldHere.reduce((sum, { amount }) => sum + amount, 0),
        )
        const charged = entries.filter(({ holdId }) =>
          this.receipts.get(holdId)?.budgets.some((one) => one.id === id && one.start === start),
        )
        const { inputTokens, outputTokens, nanoUsd } = sumOf(charged)
        const charges = id.startsWith('usd') ? nanoUsd : inputTokens + outputTokens
        equal(committed, charges + resetsOf(account, id, start))
      }
    }
  }
}

function sumOf(entries: readonly RequestEntry[]) {
  const requests = entries.filter(({ kind }) => ['settled', 'expired', 'hold_lost'].includes(kind))
  const sum = (figure: (entry: RequestEntry) => number) =>
    entries.reduce((total, entry) => total + figure(entry), 0)
  return {
    requests: requests.length,
    inputTokens: sum(({ charge }) => charge.inputTokens),
    outputTokens: sum(({ charge }) => charge.outputTokens),
    nanoUsd: sum(({ charge }) => charge.nanoUsd),
  }
}

/** Counters and days lose what a refusal may change; a day that saw refusals alone is as none. */
function withoutRefusals(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('totals' in value && typeof value.totals === 'object') {
    return { ...value, clockMs: 0, totals: { ...value.totals, refused: 0 } }
  }
  return 'refused' in value ? { ...value, refused: 0 } : value
}

function frozen(reader: RecordReader): RecordReader {
  return {
    get<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | undefined {
      const record = reader.get(kind, id)
      freeze(record)
      return record
    },
    dueSlips: (nowMs, max) => reader.dueSlips(nowMs, max),
    list: (kind) => reader.list(kind),
    lines: (from, below, max) => reader.lines(from, below, max),
  }
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const member of Object.values(value)) freeze(member)
}
