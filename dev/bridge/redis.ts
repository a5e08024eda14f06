// What the bridge's REST face asks of a Redis, single or cluster, and how a transaction is told to one.
import type { Command, Reply } from './reply.ts'

/** What became of a transaction: a reply for each command, or the error for which none was run. */
export type TransactionOutcome =
  | { readonly done: true; readonly replies: readonly Reply[] }
  | { readonly done: false; readonly error: string }

/** Both reject with RedisGone; an error of Redis is a reply. */
export interface Redis {
  send(command: Command): Promise<Reply>
  /** All of them or none, with nothing of anybody else's in between. */
  transaction(commands: readonly Command[]): Promise<TransactionOutcome>
  close(): void
}

/** Its message is for the person who gave the address, and holds no password. */
export class RedisUnusable extends Error {
  override readonly name = 'RedisUnusable'
}

export function asTransaction(commands: readonly Command[]): readonly Command[] {
  return [['MULTI'], ...commands, ['EXEC']]
}

/** Reads the replies to MULTI, to what was queued, and to EXEC. */
export function readTransaction(replies: readonly Reply[]): TransactionOutcome {
  const last = replies.at(-1)
  if (last?.type === 'array') return { done: true, replies: last.items }
  const error = last?.type === 'error' ? last.message : 'ERR the transaction was given up'
  return { done: false, error }
}
