// Filters of GraphQL and of batch deletes. Text is compared word by word unless its property is
// tokenized as a whole field; a path of three parts or more goes through a reference.
import * as z from 'zod'
import { followBeacon } from './beacon.ts'
import { refuse } from './errors.ts'
import type { Store, WeaviateObject } from './store.ts'

export interface Where {
  readonly operator: string
  readonly path?: readonly string[] | undefined
  readonly operands?: readonly Where[] | undefined
  readonly [value: string]: unknown
}
export const Where: z.ZodType<Where> = z.lazy(() =>
  z.looseObject({
    operator: z.string(),
    path: z
      .union([z.array(z.string()), z.string().transform((one) => [one])])
      .nullish()
      .transform((path) => path ?? undefined),
    operands: z
      .array(Where)
      .nullish()
      .transform((operands) => operands ?? undefined),
  }),
)

export function matches(store: Store, object: WeaviateObject, where: Where): boolean {
  const { operator, operands = [], path = [] } = where
  if (operator === 'And') return operands.every((operand) => matches(store, object, operand))
  if (operator === 'Or') return operands.some((operand) => matches(store, object, operand))
  if (operator === 'Not') return !operands.some((operand) => matches(store, object, operand))
  const [first = '', ...further] = path
  const [, ...inner] = further
  if (inner.length > 0) {
    const nested = { ...where, path: inner }
    return referred(store, object, first).some((target) => matches(store, target, nested))
  }
  const value = first === 'id' || first === '_id' ? object.id : object.properties[first]
  const tokenization = tokenizationOf(store, object, first)
  const [, wanted] = Object.entries(where).find(([key]) => key.startsWith('value')) ?? []
  return holds(operator, value, wanted, tokenization === 'field')
}

/** The objects that a property refers to. */
export function referred(store: Store, object: WeaviateObject, property: string): WeaviateObject[] {
  const References = z.array(z.looseObject({ beacon: z.string() }))
  const references = References.safeParse(object.properties[property])
  return (references.data ?? []).flatMap(
    ({ beacon }) => followBeacon(store, beacon, object.tenant) ?? [],
  )
}

function tokenizationOf(store: Store, object: WeaviateObject, name: string): string | undefined {
  if (name === 'id' || name === '_id') return 'field'
  const { properties } = store.schema.get(object.class).definition
  return properties.find((property) => property.name === name)?.tokenization
}

function holds(operator: string, value: unknown, wanted: unknown, whole: boolean): boolean {
  const members: unknown[] = Array.isArray(value) ? value : [value]
  const list: unknown[] = Array.isArray(wanted) ? wanted : [wanted]
  const has = (one: unknown): boolean => members.some((member) => equals(member, one, whole))
  switch (operator) {
    case 'Equal':
      return has(wanted)
    case 'NotEqual':
      return !has(wanted)
    case 'ContainsAny':
      return list.some(has)
    case 'ContainsAll':
      return list.every(has)
    case 'IsNull':
      return (value === undefined || value === null) === wanted
    case 'Like':
      return typeof value === 'string' && likePattern(String(wanted)).test(value)
    case 'GreaterThan':
    case 'GreaterThanEqual':
    case 'LessThan':
    case 'LessThanEqual':
      return members.some((member) => compares(operator, member, wanted))
    default:
      return refuse(422, `operator ${operator} is not known`)
  }
}

function equals(value: unknown, wanted: unknown, whole: boolean): boolean {
  if (typeof value !== 'string' || typeof wanted !== 'string' || whole) return value === wanted
  const words = tokens(value)
  return tokens(wanted).every((word) => words.includes(word))
}

function compares(operator: string, value: unknown, wanted: unknown): boolean {
  const comparable =
    (typeof value === 'number' && typeof wanted === 'number') ||
    (typeof value === 'string' && typeof wanted === 'string')
  if (!comparable) return false
  if (value === wanted) return operator.endsWith('Equal')
  return operator.startsWith('Greater') ? value > wanted : value < wanted
}

export function tokens(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function likePattern(like: string): RegExp {
  const source = like
    .replaceAll(/[.+^${}()|[\]\\]/g, (character) => `\\${character}`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 'is')
}
