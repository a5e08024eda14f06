// An account in memory with one tenant in it, and short ways to ask what stands in it.
import type { AdmitCommand, AdmitReply, CreateCommand } from '../../src/account/commands.ts'
import { MemoryAccount } from '../../src/account/memory.ts'
import type { BudgetCell, CountersRecord } from '../../src/account/records.ts'
import type { Charge } from '../../src/ledger/entry.ts'
import { create, START_MS } from '../store/commands.ts'

export const VERSION = 'inc-1.1.nonce-1'
export const INCARNATION = 'inc-1'
/** The periods that START_MS falls in. */
export const DAY = Date.UTC(2040, 5, 17)
export const MONTH = Date.UTC(2040, 5, 1)

export function openAccount(nowMs = START_MS, changes: Partial<CreateCommand> = {}): MemoryAccount {
  const account = new MemoryAccount()
  account.run(create('acme', changes), nowMs)
  return account
}

type Admitted = Extract<AdmitReply, { type: 'admitted' }>
type Refused = Extract<AdmitReply, { type: 'refused' }>

export function admitted(account: MemoryAccount, command: AdmitCommand, nowMs: number): Admitted {
  const reply = account.run(command, nowMs)
  if (reply.type !== 'admitted') throw new Error(`not admitted: ${JSON.stringify(reply)}`)
  return reply
}

export function refused(account: MemoryAccount, command: AdmitCommand, nowMs: number): Refused {
  const reply = account.run(command, nowMs)
  if (reply.type !== 'refused') throw new Error(`not refused: ${JSON.stringify(reply)}`)
  return reply
}

export function counters(account: MemoryAccount): CountersRecord {
  const record = account.get('counters', '')
  if (record === undefined) throw new Error('there is no account')
  return record
}

export function cell(account: MemoryAccount, id: string, start = DAY): BudgetCell | undefined {
  return counters(account).budgets[id]?.find((known) => known.start === start)
}

export function charge(inputTokens: number, outputTokens: number, nanoUsd: number): Charge {
  return { inputTokens, outputTokens, nanoUsd }
}

const long = Number(process.env['TOLLGATE_LONG'] ?? 0)
const most = Number(process.env['TOLLGATE_RUNS_MAX'] ?? Infinity)

/**
 * Runs of a property: few every day, as many as TOLLGATE_LONG says when somebody wants to be sure,
 * and no more than TOLLGATE_RUNS_MAX when the same property is asked of two thousand mutants.
 */
export function runs(everyDay: number): { numRuns: number } {
  return { numRuns: Math.min(Math.max(everyDay, long), most) }
}

/** For a `describe` with such properties in it. */
export const PATIENCE = { timeout: long > 0 ? 3_600_000 : 20_000 }
