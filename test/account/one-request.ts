// One request's messages, and an account as a value that they are delivered to: what the orderings
// of them are explored with, on the semantic itself and on a store.
import type { AccountCommand, Receipt } from '../../src/account/commands.ts'
import { MARK_MS } from '../../src/account/constants.ts'
import type {
  CountersRecord,
  RecordKind,
  RecordReader,
  RecordTypes,
} from '../../src/account/records.ts'
import { transact } from '../../src/account/transact.ts'
import type { LedgerEntry } from '../../src/ledger/entry.ts'
import { admit, perMinute, settle, START_MS, usdPerDay } from '../store/commands.ts'
import { charge, DAY, INCARNATION, MONTH, VERSION } from './open-account.ts'

export const ESTIMATE = charge(5, 0, 50)
export const CHECKPOINT = charge(5, 10, 120)
export const ACTUAL = charge(6, 20, 210)
export const PAST_LEASE_MS = 61_000
export const PAST_MARKS_MS = MARK_MS + 60_000

/** The account as a value: running a command gives another, so every ordering shares its beginnings. */
export class Fork implements RecordReader {
  readonly #records: ReadonlyMap<string, RecordTypes[RecordKind]>
  readonly ledger: readonly LedgerEntry[]

  constructor(
    records: ReadonlyMap<string, RecordTypes[RecordKind]>,
    ledger: readonly LedgerEntry[],
  ) {
    this.#records = records
    this.ledger = ledger
  }

  get<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | undefined {
    return this.#records.get(`${kind}:${id}`) as RecordTypes[K] | undefined
  }

  dueSlips(nowMs: number): readonly string[] {
    const slip = this.get('slip', 'a')
    return slip !== undefined && slip.dueMs <= nowMs ? ['a'] : []
  }

  list(): never[] {
    return []
  }

  lines(): never[] {
    return []
  }

  run(command: AccountCommand, nowMs: number) {
    const { reply, changes, erase, appended } = transact(this, command, nowMs)
    if (erase) return { reply, next: new Fork(new Map(), []) }
    const records = new Map(this.#records)
    for (const { kind, id, value } of changes) {
      if (value === null) records.delete(`${kind}:${id}`)
      else records.set(`${kind}:${id}`, value)
    }
    return { reply, next: new Fork(records, [...this.ledger, ...appended]) }
  }

  get counters(): CountersRecord | undefined {
    return this.get('counters', '')
  }

  /** The same for two accounts that no command can tell apart. */
  get fingerprint(): string {
    return JSON.stringify([
      [...this.#records].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      this.ledger,
    ])
  }

  get slipStates(): readonly string[] {
    return [...this.#records.keys()].filter((key) => key.startsWith('slip:'))
  }
}

const admission = admit(VERSION, 'a', START_MS, {
  rates: [perMinute(5)],
  budgets: [usdPerDay(1_000, 100, 1)],
  estimate: ESTIMATE,
})
const hold = { holdId: 'a', incarnation: INCARNATION }
const receipt: Receipt = {
  ...hold,
  admittedAtMs: START_MS,
  periods: { day: DAY, month: MONTH },
  budgets: [{ id: 'usd_per_day', start: DAY, measure: 'nano_usd' }],
  context: admission.context,
}
export const COMMANDS = {
  admit: admission,
  renew: { type: 'renew', ...hold, checkpoint: CHECKPOINT },
  settle: settle(receipt, ACTUAL),
  abandon: { type: 'abandon', ...hold },
  sweep: { type: 'sweep' },
  erase: { type: 'erase', incarnation: INCARNATION },
} as const satisfies Record<string, AccountCommand>

export type Message = keyof typeof COMMANDS | 'lease ends' | 'marks end'
