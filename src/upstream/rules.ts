/**
 * Rules for bodies of megabytes: they look and never copy, every member is named or refused, and
 * what is wrong is told with its place. Bounds stand here because nothing behind the gateway may be
 * trusted to have them.
 */
import type { BadInput } from './adapter.ts'
import { type Json, isJsonArray, isJsonObject, isRawNumber } from './json.ts'

/** What is wrong, and where below the value that was given. */
export interface Fault {
  readonly detail: string
  readonly path: readonly (string | number)[]
  /** 400 unless it says otherwise. */
  readonly status?: 422
  /** What the API's own client looks for, to go on without what is refused. */
  readonly details?: BadInput['details']
}

/** null when the value is as it must be. */
export type Rule = (value: Json) => Fault | null

const MAX_NAME_SHOWN = 64

export const fault = (detail: string): Fault => ({ detail, path: [] })

/** Well formed, and yet what no caller may ask for. */
export const unacceptable = (detail: string): Fault => ({ detail, path: [], status: 422 })

export const within = (step: string | number, inner: Fault): Fault => ({
  ...inner,
  path: [step, ...inner.path],
})

/** The first fault of a body as the refusal that a caller is told. */
export function refusal({ detail, path, status, details }: Fault): BadInput {
  const param = path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('')
  return {
    status: status ?? 400,
    detail: `${param} ${detail}.`,
    param,
    ...(details === undefined ? {} : { details }),
  }
}

export function text(options: { readonly max?: number; readonly pattern?: RegExp } = {}): Rule {
  const { max = Infinity, pattern } = options
  return (value) => {
    if (typeof value !== 'string') return fault('must be a string')
    if (value.length > max) return fault(`must have at most ${max} characters`)
    return pattern === undefined || pattern.test(value) ? null : fault('is not well formed')
  }
}

/** A whole number within bounds; what a double cannot hold is none. */
export function integer(min: number, max: number): Rule {
  return (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
      ? null
      : fault(`must be an integer from ${min} to ${max}`)
}

export const number: Rule = (value) =>
  typeof value === 'number' ? null : fault('must be a number that a double can hold')

/** Any integer, however long: it is passed on digit for digit and means nothing to the gateway. */
export const wideInteger: Rule = (value) =>
  isRawNumber(value) || (typeof value === 'number' && Number.isInteger(value))
    ? null
    : fault('must be an integer')

/** Any number, written as it came: what a double cannot hold is passed on digit for digit. */
export const anyNumber: Rule = (value) =>
  typeof value === 'number' || isRawNumber(value) ? null : fault('must be a number')

export const flag: Rule = (value) =>
  typeof value === 'boolean' ? null : fault('must be true or false')

/** A JSON object that means nothing to the gateway but its size, such as a schema. */
export const anyObject: Rule = (value) => (isJsonObject(value) ? null : fault('must be an object'))

export function oneOf(...allowed: readonly (string | boolean)[]): Rule {
  const named = allowed.map((each) => JSON.stringify(each)).join(', ')
  const detail = allowed.length === 1 ? `must be ${named}` : `must be one of ${named}`
  return (value) => (allowed.some((each) => each === value) ? null : fault(detail))
}

/** Both SDKs type many members as nullable; null means the same as absence. */
export function nullable(rule: Rule): Rule {
  return (value) => (value === null ? null : rule(value))
}

/** The same rule, saying why it is so strict. */
export function because(reason: string, rule: Rule): Rule {
  return (value) => {
    const wrong = rule(value)
    return wrong === null ? null : { ...wrong, detail: `${wrong.detail}: ${reason}` }
  }
}

/** A member that is known and not offered here. */
export function refused(reason: string): Rule {
  return () => fault(`is not accepted: ${reason}`)
}

/** The length is checked before any item is looked at. */
export function list(item: Rule, bounds: { readonly min?: number; readonly max: number }): Rule {
  const { min = 0, max } = bounds
  return (value) => {
    if (!isJsonArray(value)) return fault('must be an array')
    if (value.length < min || value.length > max) return fault(`must have ${min} to ${max} items`)
    for (let index = 0; index < value.length; index += 1) {
      const wrong = item(value[index] ?? null)
      if (wrong !== null) return within(index, wrong)
    }
    return null
  }
}

/** An object of any names, each with a value of one kind. */
export function mapOf(item: Rule, maxMembers: number): Rule {
  return (value) => {
    if (!isJsonObject(value)) return fault('must be an object')
    const names = Object.keys(value)
    if (names.length > maxMembers) return fault(`must have at most ${maxMembers} members`)
    for (const name of names) {
      const wrong = item(value[name] ?? null)
      if (wrong !== null) return within(shown(name), wrong)
    }
    return null
  }
}

/** An object with these members and no other. A name alone is required, with `?` it is optional. */
export function members(table: Readonly<Record<string, Rule>>): Rule {
  const rules = new Map(Object.entries(table).map(([name, rule]) => [bare(name), rule]))
  const required = Object.keys(table).filter((name) => !name.endsWith('?'))
  return (value) => {
    if (!isJsonObject(value)) return fault('must be an object')
    for (const name of required) {
      if (!Object.hasOwn(value, name)) return within(name, fault('is required'))
    }
    for (const name of Object.keys(value)) {
      const rule = rules.get(name)
      if (rule === undefined) return within(shown(name), fault('is not a member known here'))
      const wrong = rule(value[name] ?? null)
      if (wrong !== null) return within(name, wrong)
    }
    return null
  }
}

/** `absent`: the kind that no tag means. `reason`: why there are no other kinds. */
interface TagOptions {
  readonly absent?: string
  readonly reason?: string
}

/** An object whose member `tag` says which rule it must follow. */
export function tagged(
  tag: string,
  table: Readonly<Record<string, Rule>>,
  { absent, reason = '' }: TagOptions = {},
): Rule {
  const rules = new Map(Object.entries(table))
  const kinds = [...rules.keys()].map((kind) => `"${kind}"`).join(', ')
  const detail = `must be one of ${kinds}${reason && `: ${reason}`}`
  return (value) => {
    if (!isJsonObject(value)) return fault('must be an object')
    const kind = value[tag] ?? absent
    const rule = typeof kind === 'string' ? rules.get(kind) : undefined
    return rule === undefined ? within(tag, fault(detail)) : rule(value)
  }
}

/** Exactly one of the members that exclude one another; the rest is left to `rule`. */
export function exactlyOne(names: readonly string[], rule: Rule): Rule {
  const detail = `must have exactly one of ${names.join(', ')}`
  return (value) => {
    if (!isJsonObject(value)) return fault('must be an object')
    const given = names.filter((name) => Object.hasOwn(value, name) && value[name] !== null)
    return given.length === 1 ? rule(value) : fault(detail)
  }
}

/** At most one of the members that exclude one another. */
export function atMostOne(names: readonly string[], rule: Rule): Rule {
  const detail = `must have at most one of ${names.join(', ')}`
  return (value) => {
    if (!isJsonObject(value)) return fault('must be an object')
    const given = names.filter((name) => Object.hasOwn(value, name))
    return given.length <= 1 ? rule(value) : fault(detail)
  }
}

/** A value that may come in several JSON types; each has one rule, so that a fault is told exactly. */
export function byType(
  table: Readonly<Partial<Record<'string' | 'array' | 'object', Rule>>>,
): Rule {
  const detail = `must be of type ${Object.keys(table).join(' or ')}`
  return (value) => {
    const rule =
      typeof value === 'string'
        ? table.string
        : isJsonArray(value)
          ? table.array
          : isJsonObject(value)
            ? table.object
            : undefined
    return rule === undefined ? fault(detail) : rule(value)
  }
}

function bare(name: string): string {
  return name.endsWith('?') ? name.slice(0, -1) : name
}

function shown(name: string): string {
  return name.length <= MAX_NAME_SHOWN ? name : `${name.slice(0, MAX_NAME_SHOWN)}…`
}

/** Any JSON that nests no deeper and has no more values in it: the caller's own data. */
export function ownData(bounds: { readonly maxDepth: number; readonly maxValues: number }): Rule {
  const { maxDepth, maxValues } = bounds
  return (value) => {
    let values = 0
    const isWithin = (inner: Json, depth: number): boolean => {
      values += 1
      if (values > maxValues) return false
      if (isJsonArray(inner)) {
        return depth < maxDepth && inner.every((item) => isWithin(item, depth + 1))
      }
      if (!isJsonObject(inner)) return true
      const names = Object.keys(inner)
      return depth < maxDepth && names.every((name) => isWithin(inner[name] ?? null, depth + 1))
    }
    return isWithin(value, 0)
      ? null
      : fault(`must have at most ${maxValues} values, nested at most ${maxDepth} deep`)
  }
}
