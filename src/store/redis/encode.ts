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
import type { Period, PeriodTable } from '../../account/records.ts'
import type { Charge } from '../../ledger/entry.ts'

/** What follows the time in ARGV. Throws RangeError for a number that cannot be carried. */
export function encodeCommand(command: AccountCommand): string[] {
  switch (command.type) {
    case 'admit':
      return encodeAdmit(command)
    case 'settle':
      return encodeSettle(command)
    case 'renew': {
      const { incarnation, holdId, checkpoint } = command
      return [incarnation, holdId, ...(checkpoint === null ? ['', '', ''] : charge(checkpoint))]
    }
    case 'extend': {
      const { incarnation, holdId, attempt, output, rates, budgets } = command
      return [incarnation, holdId, digits(attempt), digits(output), ...demands(rates, budgets)]
    }
    case 'abandon':
      return [command.incarnation, command.holdId]
    case 'sweep':
      return []
    case 'load':
      return [command.version ?? '', ...counted(command.keyHashes)]
    case 'refuse':
      return [command.version, command.reason, ...counted(command.keyHashes)]
    case 'create': {
      const { incarnation, nonce, config, periods, note, keys } = command
      const tables = [periodText(periods.day), periodText(periods.month)]
      const json = JSON.stringify(config)
      return [incarnation, nonce, json, ...tables, JSON.stringify(note), ...keyRecords(keys)]
    }
    case 'change': {
      const { expected, nonce, config, periods, note, keys } = command
      const json = config === undefined ? '' : JSON.stringify(config)
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
  }
}

function encodeAdmit(command: AdmitCommand): string[] {
  const { version, holdId, mintedAtMs, keyExpiresAtMs, maxConcurrency, output, context } = command
  return [
    version,
    holdId,
    digits(mintedAtMs),
    optional(keyExpiresAtMs),
    optional(maxConcurrency),
    digits(output.wanted),
    digits(output.least),
    ...charge(command.estimate),
    context.keyId ?? '',
    JSON.stringify(context),
    ...optionalTable(command.periods),
    ...counted(command.keyHashes),
    ...demands(command.rates, command.budgets),
  ]
}

function encodeSettle({ receipt, charge: charged, outcome }: SettleCommand): string[] {
  const { incarnation, holdId, admittedAtMs, periods, context, budgets } = receipt
  return [
    incarnation,
    holdId,
    digits(admittedAtMs),
    digits(periods.day),
    digits(periods.month),
    context.keyId ?? '',
    JSON.stringify(context),
    ...charge(charged),
    JSON.stringify(outcome),
    digits(budgets.length),
    ...budgets.flatMap(({ id, start, measure }) => [id, digits(start), measure]),
  ]
}

export function digits(number: number): string {
  if (!Number.isSafeInteger(number)) throw new RangeError('the store keeps safe integers alone')
  return String(number)
}

function optional(number: number | null): string {
  return number === null ? '' : digits(number)
}

function charge({ inputTokens, outputTokens, nanoUsd }: Charge): string[] {
  return [digits(inputTokens), digits(outputTokens), digits(nanoUsd)]
}

function counted(values: readonly string[]): string[] {
  return [digits(values.length), ...values]
}

function demands(rates: readonly RateDemand[], budgets: readonly BudgetDemand[]): string[] {
  return [
    digits(rates.length),
    ...rates.flatMap(({ id, measure, windowMs, limit, base, unit }) => {
      return [id, measure, digits(windowMs), digits(limit), digits(base), digits(unit)]
    }),
    digits(budgets.length),
    ...budgets.flatMap(({ id, measure, period, limit, base, unit }) => {
      return [id, measure, period, optional(limit), digits(base), digits(unit)]
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
