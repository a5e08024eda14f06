// Requests by the million: the nth is always the same, and every user comes with every model and key.
import type { AdmitCommand, AccountReply, SettleCommand } from '../../src/account/commands.ts'
import type { Charge } from '../../src/ledger/entry.ts'
import { admit, settle } from '../store/commands.ts'

const VERSION = 'inc-1.1.nonce-1'
const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-haiku-4-5']
const USERS = 100
const KEYS = 20

export function nthAdmission(n: number, nowMs: number): AdmitCommand {
  const command = admit(VERSION, `hold_${String(n).padStart(32, '0')}`, nowMs)
  const model = MODELS[n % MODELS.length] ?? null
  const context = { ...command.context, model, user: `user-${n % USERS}`, keyId: `key_${n % KEYS}` }
  return { ...command, context }
}

/** Of what was admitted. Throws for any other reply. */
export function nthSettlement(n: number, reply: AccountReply): SettleCommand {
  if (reply.type !== 'admitted') throw new Error(JSON.stringify(reply))
  return settle(reply.receipt, nthCharge(n), { latencyMs: 20 + (n % 400) })
}

export function nthCharge(n: number): Charge {
  return { inputTokens: 100 + (n % 900), outputTokens: n % 300, nanoUsd: 1_000 + (n % 77_777) }
}

/** Throws unless every one was settled, and for the first time. */
export function demandSettled(replies: readonly AccountReply[]): void {
  const other = replies.find((reply) => reply.type !== 'settled' || reply.repeated)
  if (other !== undefined) throw new Error(JSON.stringify(other))
}
