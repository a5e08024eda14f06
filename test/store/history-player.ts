// Plays a history on the model and notes the commands it came to, for a store to be sent the same.
// What a command takes from an earlier reply (a version, a receipt) is taken from the model's.
import type { AccountCommand, Receipt } from '../../src/account/commands.ts'
import { MemoryAccount } from '../../src/account/memory.ts'
import {
  START_MS,
  acquire,
  admit,
  change,
  create,
  keyRecord,
  release,
  reset,
  settle,
  tenantConfig,
} from './commands.ts'
import { HOLDS, type HistoryStep, budgetDemands, rateDemands } from './history.ts'

/** A command at a time, or the loss of all that a store has in memory. */
export type PlayedStep = { readonly nowMs: number; readonly command: AccountCommand } | 'evict'

export interface Played {
  readonly steps: readonly PlayedStep[]
  /** One for each command. */
  readonly replies: readonly unknown[]
  /** As it stands after the last command. */
  readonly model: MemoryAccount
}

const DAY_MS = 86_400_000
const KEY = { hash: 'hash-1', record: keyRecord('key_0123456789abcdefABCDEF') }

type CommandStep = Exclude<HistoryStep, { do: 'pass' | 'evict' }>

export function play(tenant: string, history: readonly HistoryStep[]): Played {
  const player = new HistoryPlayer(tenant)
  player.take({ do: 'create' })
  for (const step of history) player.take(step)
  player.take({ do: 'view' })
  player.take({ do: 'stock' })
  for (const by of ['day', 'model', 'user', 'key'] as const) player.take({ do: 'usage', by })
  return player
}

interface Hold {
  generation: number
  receipt: Receipt | null
  settled: boolean
}

class HistoryPlayer implements Played {
  readonly steps: PlayedStep[] = []
  readonly replies: unknown[] = []
  readonly model = new MemoryAccount()
  #nowMs = START_MS
  readonly #tenant: string
  readonly #holds = Array.from({ length: HOLDS }, (): Hold => {
    return { generation: 1, receipt: null, settled: false }
  })
  #last: AccountCommand = { type: 'sweep' }
  #made = 0
  #incarnation = ''
  #version = ''
  #oldVersion = ''

  constructor(tenant: string) {
    this.#tenant = tenant
  }

  take(step: HistoryStep): void {
    if (step.do === 'pass') this.#nowMs += step.ms
    else if (step.do === 'evict') this.steps.push('evict')
    else this.#send(this.#toCommand(step))
  }

  #send(command: AccountCommand): void {
    const reply = this.model.run(command, this.#nowMs)
    this.#last = command
    this.steps.push({ nowMs: this.#nowMs, command })
    this.replies.push(reply)
    if ((reply.type === 'created' || reply.type === 'changed') && reply.version !== this.#version) {
      this.#oldVersion = this.#version
      this.#version = reply.version
    }
    if (reply.type === 'admitted') {
      const { receipt } = reply
      const hold = this.#holds.find((_, n) => this.#holdId(n) === receipt.holdId)
      if (hold !== undefined) hold.receipt = receipt
    }
  }

  #create(): AccountCommand {
    this.#made += 1
    const incarnation = `inc-${this.#made}`
    if (this.model.get('config', '') === undefined) this.#incarnation = incarnation
    return create(this.#tenant, { incarnation, nonce: `made-${this.#made}`, keys: [KEY] })
  }

  #admit(step: Extract<HistoryStep, { do: 'admit' }>): AccountCommand {
    const { rates, budgets, maxConcurrency, estimate, output } = step
    const hold = this.#hold(step.nth)
    if (hold.settled && step.mintedMsAgo === 0) {
      hold.generation += 1
      hold.receipt = null
      hold.settled = false
    }
    const version = step.onOldVersion ? this.#oldVersion : this.#version
    const command = admit(version, this.#holdId(step.nth), this.#nowMs - step.mintedMsAgo, {
      rates,
      budgets,
      maxConcurrency,
      estimate,
      output,
      keyExpiresAtMs: step.keyExpiresInMs === null ? null : this.#nowMs + step.keyExpiresInMs,
      ...(step.stock === null ? {} : { stock: step.stock }),
    })
    const { user, model } = step
    const context = { ...command.context, keyId: KEY.record.id, user, model }
    return { ...command, context }
  }

  /** What was never admitted cannot be settled; abandoning it is what a gateway does then. */
  #settle({
    nth,
    charge,
    outcome,
    verdict,
  }: Extract<HistoryStep, { do: 'settle' }>): AccountCommand {
    const hold = this.#hold(nth)
    hold.settled = hold.receipt !== null
    if (hold.receipt === null) return this.#abandon(nth)
    const settling = settle(hold.receipt, charge, outcome)
    return verdict === undefined ? settling : { ...settling, stock: verdict }
  }

  #abandon(nth: number): AccountCommand {
    return { type: 'abandon', holdId: this.#holdId(nth), incarnation: this.#incarnation }
  }

  #acquire(step: Extract<HistoryStep, { do: 'acquire' }>): AccountCommand {
    const { quota, holder, limit, amount, keyExpiresInMs } = step
    return acquire(step.onOldVersion ? this.#oldVersion : this.#version, amount, {
      quota,
      limit,
      holder: holder === null ? null : `quota|${quota}|k:${holder}`,
      leaseMs: holder === null ? null : step.leaseMs,
      keyExpiresAtMs: keyExpiresInMs === null ? null : this.#nowMs + keyExpiresInMs,
    })
  }

  /** Nobody in particular gives back an amount. */
  #release(step: Extract<HistoryStep, { do: 'release' }>): AccountCommand {
    const { quota, holder, leavesMark } = step
    const amount = holder === null ? (step.amount ?? 1) : step.amount
    return release(
      step.onOldVersion ? this.#oldVersion : this.#version,
      holder === null ? null : `quota|${quota}|k:${holder}`,
      { quota, amount, leavesMark },
    )
  }

  #recount({ place, off, found }: Extract<HistoryStep, { do: 'recount' }>): AccountCommand {
    const record = this.model.get('stock', place)
    this.#made += 1
    return {
      type: 'recount',
      incarnation: this.#incarnation,
      place,
      seen: record === undefined ? null : { epoch: record.epoch, writes: record.writes + off },
      found,
      epoch: `found-${this.#made}`,
    }
  }

  #toCommand(step: CommandStep): AccountCommand {
    const incarnation = this.#incarnation
    switch (step.do) {
      case 'again':
        return this.#last
      case 'create':
        return this.#create()
      case 'admit':
        return this.#admit(step)
      case 'settle':
        return this.#settle(step)
      case 'acquire':
        return this.#acquire(step)
      case 'release':
        return this.#release(step)
      case 'reset': {
        const { budget, reason } = step
        return reset(budget, { incarnation, resetId: `reset-${step.nth}`, reason })
      }
      case 'stock':
        return { type: 'stock' }
      case 'recount':
        return this.#recount(step)
      case 'usage':
        return {
          type: 'usage',
          by: step.by,
          fromMs: START_MS - DAY_MS,
          toMs: START_MS + 90 * DAY_MS,
          after: null,
        }
      case 'renew':
        return {
          type: 'renew',
          holdId: this.#holdId(step.nth),
          incarnation,
          checkpoint: step.checkpoint,
        }
      case 'extend': {
        const { attempt, rates, budgets, output } = step
        const holdId = this.#holdId(step.nth)
        return { type: 'extend', holdId, incarnation, attempt, rates, budgets, output }
      }
      case 'abandon':
        return this.#abandon(step.nth)
      case 'sweep':
        return { type: 'sweep' }
      case 'load':
        return { type: 'load', version: this.#version, keyHashes: step.known ? [KEY.hash] : [] }
      case 'refuse':
        return {
          type: 'refuse',
          version: this.#version,
          keyHashes: [KEY.hash],
          reason: step.reason,
          ...(step.limitId === undefined ? {} : { limitId: step.limitId }),
        }
      case 'change': {
        this.#made += 1
        const status = step.suspend ? 'SUSPENDED' : 'ACTIVE'
        return change(this.#version, {
          nonce: `changed-${this.#made}`,
          config: tenantConfig(this.#tenant, { status }),
          keys: [{ ...KEY, record: { ...KEY.record, revoked_at_ms: this.#nowMs } }],
        })
      }
      case 'erase':
        return { type: 'erase', incarnation }
      case 'view':
        return {
          type: 'view',
          rates: rateDemands({ perSecond: 4, perMinute: 12, tokens: 5_000 }),
          budgets: budgetDemands({ day: 9_000, month: 20_000, unit: 1 }),
        }
    }
  }

  #hold(nth: number): Hold {
    const hold = this.#holds[nth]
    if (hold === undefined) throw new Error('a history names a hold beyond the last')
    return hold
  }

  #holdId(nth: number): string {
    return `hold-${nth}-${this.#hold(nth).generation}`
  }
}
