// Flags that may be given any number of times, most of the form name=value: `--limit usd_per_day=10.00`.
import { InvalidArgumentError } from '@commander-js/extra-typings'

export type Assigned = Readonly<Record<string, unknown>>
type Collect = (text: string, before: Assigned | undefined) => Assigned

/** Numbers; money stays text, for a float would not keep it; `unlimited` is null. */
export const collectLimits = collect(limitValue)
/** Numbers, or `unlimited`. */
export const collectQuotas = collect((text) => quotaValue(text))
/** JSON, or else the text itself. */
export const collectMembers = collect(jsonOrText)
/** true, false, a number, or else the text itself. */
export const collectFeatures = collect((text) => {
  const value = jsonOrText(text)
  return typeof value === 'boolean' || typeof value === 'number' ? value : text
})

/** Names, each given by a flag of its own. */
export function collectNames(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

function collect(read: (text: string, name: string) => unknown): Collect {
  return (text, before = {}) => {
    const split = text.indexOf('=')
    const name = text.slice(0, split)
    if (split < 1 || !/^[a-z][a-z0-9_-]*$/.test(name)) {
      throw new InvalidArgumentError('It must be <name>=<value>.')
    }
    if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`"${name}" is given twice.`)
    return { ...before, [name]: read(text.slice(split + 1), name) }
  }
}

function limitValue(text: string, name: string): number | string | null {
  if (!name.startsWith('usd_')) return quotaValue(text)
  if (text === 'unlimited') return null
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return text
  throw new InvalidArgumentError('USD is a decimal of up to nine places, or "unlimited".')
}

/** Throws InvalidArgumentError for what is no whole number that JSON keeps. */
export function quotaValue(text: string): number | null {
  if (text === 'unlimited') return null
  return wholeNumber(text, 'It must be a whole number, or "unlimited".')
}

export function wholeNumber(text: string, message = 'It must be a whole number.'): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError(message)
}

export function positiveNumber(text: string): number {
  const value = wholeNumber(text)
  if (value > 0) return value
  throw new InvalidArgumentError('It must be 1 or more.')
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
