/**
 * One command on one account: (records, command, now) -> (reply, changed records, ledger entries).
 * Pure. Every store runs this, or says the same in its own language; whoever applies the changes
 * applies all of them, with the entries, or none.
 */
import type { LedgerEntry } from '../ledger/entry.ts'
import { abandon } from './steps/abandon.ts'
import { acquire } from './steps/acquire.ts'
import { admit } from './steps/admit.ts'
import type { AccountCommand, ReplyTo } from './commands.ts'
import { load, refuse } from './steps/confirm.ts'
import { change, create } from './steps/control.ts'
import { Draft, ONLY } from './draft.ts'
import { extend } from './steps/extend.ts'
import type { ConfigRecord, RecordChange, RecordReader, Version } from './records.ts'
import { release } from './steps/release.ts'
import { renew } from './steps/renew.ts'
import { recount } from './steps/recount.ts'
import { reset } from './steps/reset.ts'
import { settle } from './steps/settle.ts'
import { stock } from './limits/stock.ts'
import { sweep } from './steps/sweep.ts'
import { usage } from './steps/usage.ts'
import { view } from './steps/view.ts'

export interface Transaction<Reply> {
  readonly reply: Reply
  readonly changes: readonly RecordChange[]
  /** Every record and ledger entry is to be deleted; nothing else changes then. */
  readonly erase: boolean
  readonly appended: readonly LedgerEntry[]
}

type Commands = { readonly [C in AccountCommand as C['type']]: C }
type Type = keyof Commands
type Steps = { readonly [T in Type]: (draft: Draft, command: Commands[T]) => ReplyTo<Commands[T]> }

const steps: Steps = {
  create,
  change,
  load,
  refuse,
  admit,
  renew,
  extend,
  settle,
  abandon,
  sweep,
  view,
  usage,
  acquire,
  release,
  reset,
  stock,
  recount,
  erase: () => ({ type: 'erased' }),
}

/** `storeNowMs` is the store's clock, in epoch milliseconds. */
export function transact<C extends AccountCommand>(
  reader: RecordReader,
  command: C,
  storeNowMs: number,
): Transaction<ReplyTo<C>> {
  const draft = new Draft(reader, storeNowMs)
  const meant = command.type === 'create' || isMeant(command, reader.get('config', ONLY))
  const reply = meant ? run(draft, command.type, command) : { type: 'gone' as const }
  return {
    // The table of steps has checked which reply goes with which command; C itself is not known here.
    // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- so many replies are more than the checker compares
    reply: reply as ReplyTo<C>,
    changes: draft.changes,
    erase: reply.type === 'erased',
    appended: draft.appended,
  }
}

function run<T extends Type>(draft: Draft, type: T, command: Commands[T]): ReplyTo<Commands[T]> {
  return steps[type](draft, command)
}

type Addressed = Exclude<AccountCommand, { type: 'create' }>

/** Whether this account, in this incarnation, is the one that was meant. */
function isMeant(command: Addressed, config: ConfigRecord | undefined): boolean {
  if (config === undefined) return false
  const { incarnation } = config
  switch (command.type) {
    case 'admit':
    case 'acquire':
    case 'release':
    case 'refuse':
      return isVersionOf(command.version, incarnation)
    case 'load':
      return command.version === null || isVersionOf(command.version, incarnation)
    case 'change':
      return isVersionOf(command.expected, incarnation)
    case 'settle':
      return command.receipt.incarnation === incarnation
    case 'renew':
    case 'extend':
    case 'abandon':
    case 'reset':
    case 'recount':
    case 'erase':
      return command.incarnation === incarnation
    case 'sweep':
    case 'view':
    case 'usage':
    case 'stock':
      return true
  }
}

function isVersionOf(version: Version, incarnation: string): boolean {
  return version.startsWith(`${incarnation}.`)
}
