/**
 * From a command to the script that carries it out, with keys and arguments as its header says.
 * Arguments are texts; a number that is no safe integer is refused here, before anything is sent.
 */
import type {
  AccountCommand,
  AdmitCommand,
  BudgetDemand,
  KeyChange,
  RateDemand,
  SettleCommand,
} from '../../account/commands.ts'
import { bucketOf } from '../../account/figures/histogram.ts'
import type { Period, PeriodTable } from '../../account/records.ts'
import { causeOf } from '../../account/limits/refusals.ts'
import { lineName } from '../../account/figures/usage-lines.ts'
import type { Charge, Outcome, RequestContext } from '../../ledger/entry.ts'
import { digits } from './digits.ts'
import { encodeRecount, stockText } from './encode-stock.ts'
import { slipField, usedField } from './keys.ts'

/** What follows the time in ARGV. Throws RangeError for a number that cannot be carried. */
export function encodeCommand(command: AccountCommand): string[] {
  switch (command.type) {
    case 'admit':
      return encodeAdmit(command)
    case 'settle':
      return encodeSettle(command)
    case 'renew': {
      const { incarnation, holdId, checkpoint } = command
      const seen = checkpoint === null ? ['', '', ''] : charge(checkpoint)
      return [incarnation, slipField(holdId), ...seen]
    }
    case 'extend': {
      const { incarnation, holdId, attempt, output, rates, budgets } = command
      const args = [incarnation, slipField(holdId), digits(attempt), digits(output)]
      return [...args, ...demands(rates, budgets)]
    }
    case 'abandon':
      return [command.incarnation, slipField(command.holdId)]
    case 'recount':
      return encodeRecount(command)
    case 'stock':
    case 'sweep':
      return []
    case 'load':
      return [command.version ?? '', ...command.keyHashes]
    case 'refuse':
      return [command.version, causeOf(command.reason, command.limitId), ...command.keyHashes]
    case 'create': {
      const { incarnation, nonce, config, periods, note, keys } = command
      demandPlain(nonce)
      const tables = [periodText(periods.day), periodText(periods.month)]
      const json = JSON.stringify(config)
      return [incarnation, nonce, json, ...tables, JSON.stringify(note), ...keyRecords(keys)]
    }
    case 'change': {
      const { expected, nonce, config, periods, note, keys } = command
      const json = config === undefined ? '' : JSON.stringify(config)
      demandPlain(nonce)
      return [
        expected,
        nonce,
        json,
        ...optionalTable(periods),
        JSON.stringify(note),
        ...keyRecords(keys),
      ]
    }
    case 'erase':
      return [command.incarnation]
    case 'view':
      return demands(command.rates, command.budgets)
    case 'usage': {
      const { by, fromMs, toMs, after } = command
      return [by, digits(fromMs), digits(toMs), after ?? '']
    }
    case 'acquire': {
      const { version, keyExpiresAtMs, quota, holder, limit, amount, leaseMs, keyHashes } = command
      const asked = [holder ?? '', optional(limit), digits(amount), optional(leaseMs)]
      return [version, optional(keyExpiresAtMs), quota, ...asked, ...keyHashes]
    }
    case 'release': {
      const { version, keyExpiresAtMs, quota, holder, amount, leavesMark, keyHashes } = command
      const asked = [holder ?? '', optional(amount), leavesMark ? '1' : '']
      return [version, optional(keyExpiresAtMs), quota, ...asked, ...keyHashes]
    }
    case 'reset': {
      const { incarnation, resetId, budget, period, actor, reason, periods } = command
      const note = JSON.stringify({ actor, budget, reason })
      return [incarnation, resetId, budget, period, note, ...optionalTable(periods)]
    }
  }
}

function encodeAdmit(command: AdmitCommand): string[] {
  const { version, holdId, mintedAtMs, keyExpiresAtMs, maxConcurrency, output } = command
  return [
    version,
    slipField(holdId),
    digits(mintedAtMs),
    optional(keyExpiresAtMs),
    optional(maxConcurrency),
    digits(output.wanted),
    digits(output.least),
    ...charge(command.estimate),
    contextText(command.context),
    ...demands(command.rates, command.budgets),
    ...optionalTable(command.periods),
    ...command.keyHashes,
    ...(command.stock === undefined ? [] : [stockText(command.stock)]),
  ]
}

function encodeSettle({ receipt, charge: charged, outcome, stock }: SettleCommand): string[] {
  const { incarnation, holdId, admittedAtMs, periods, context, budgets } = receipt
  return [
    incarnation,
    slipField(holdId),
    digits(admittedAtMs),
    digits(periods.day),
    digits(periods.month),
    contextText(context),
    ...charge(charged),
    outcomeText(outcome),
    usageText(receipt.context, outcome),
    usedField(context.keyId),
    measures(budgets),
    ids(budgets),
    ...budgets.map(({ start }) => digits(start)),
    ...(stock === undefined ? [] : [stock]),
  ]
}

/** What the charge does not say of a request's use: cached tokens, bytes, bucket of latency, names. */
function usageText({ model, user, keyId }: RequestContext, outcome: Outcome): string {
  const { cacheReadTokens, bytesIn, bytesOut, latencyMs } = outcome
  const figures = [cacheReadTokens, bytesIn, bytesOut, bucketOf(latencyMs)].map(digits)
  return [...figures, lineName(model), lineName(user), lineName(keyId)].join(' ')
}

/** Without the names: every request carries one twice, and the ledger keeps it. */
function contextText(context: RequestContext): string {
  const { requestId, upstream, operation, model, user, keyId, priceVersion } = context
  return JSON.stringify([requestId, upstream, operation, model, user, keyId, priceVersion])
}

function outcomeText(outcome: Outcome): string {
  const { provenance, status, ended, modelServed, cacheReadTokens, cacheWriteTokens } = outcome
  const { reasoningTokens, latencyMs, bytesIn, bytesOut } = outcome
  const tokens = [cacheReadTokens, cacheWriteTokens, reasoningTokens]
  return JSON.stringify([
    provenance,
    status,
    ended,
    modelServed,
    ...tokens,
    latencyMs,
    bytesIn,
    bytesOut,
  ])
}

/** A version's incarnation is told by the full stops after it. */
function demandPlain(nonce: string): void {
  if (nonce.includes('.')) throw new RangeError('a nonce has no full stop')
}

function optional(number: number | null): string {
  return number === null ? '' : digits(number)
}

function charge({ inputTokens, outputTokens, nanoUsd }: Charge): string[] {
  return [digits(inputTokens), digits(outputTokens), digits(nanoUsd)]
}

type Demand = RateDemand | BudgetDemand
const LETTERS = { requests: 'r', tokens: 't', nano_usd: 'n' } as const

function measures(demands: readonly Pick<Demand, 'measure'>[]): string {
  return demands.map(({ measure }) => LETTERS[measure]).join('')
}

/** Scripts tell ids from one another by the space after each, and count them in one byte. */
function ids(demands: readonly Pick<Demand, 'id'>[]): string {
  if (demands.length > MAX_DEMANDS || demands.some(({ id }) => !/^\S+$/.test(id))) {
    throw new RangeError('the store keeps limits by ids without spaces, and few of them')
  }
  return demands.map(({ id }) => `${id} `).join('')
}
const MAX_DEMANDS = 255

function demands(rates: readonly RateDemand[], budgets: readonly BudgetDemand[]): string[] {
  return [
    measures(rates),
    ids(rates),
    measures(budgets),
    ids(budgets),
    ...rates.map(({ id }) => id),
    ...rates.flatMap(({ windowMs, limit, base, unit }) =>
      [windowMs, limit, base, unit].map(digits),
    ),
    ...budgets.flatMap(({ period, limit, base, unit }) => {
      return [period, optional(limit), digits(base), digits(unit)]
    }),
  ]
}

function keyRecords(keys: readonly KeyChange[]): string[] {
  return [
    digits(keys.length),
    ...keys.flatMap(({ hash, record }) => [hash, JSON.stringify(record)]),
  ]
}

/** A table without a period is not the same as none: it is told by a blank. */
function optionalTable(periods: PeriodTable | undefined): string[] {
  return periods === undefined
    ? ['', '']
    : [periodText(periods.day) || ' ', periodText(periods.month) || ' ']
}

function periodText(periods: readonly Period[]): string {
  return periods.map(({ start, end }) => `${digits(start)} ${digits(end)}`).join(' ')
}
