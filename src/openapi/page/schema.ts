/** A schema for people: what a value is in a few words, and the members of an object as a table. */
import * as z from 'zod'
import type { JsonSchema } from '../format.ts'
import { html, type Html, joined, NOTHING, prose } from './html.ts'
import { table } from './table.ts'

/** The keywords that the page tells of. */
const Keywords = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  maxItems: z.number().optional(),
  get items(): z.ZodOptional<z.ZodType<JsonSchema>> {
    return Schema.optional()
  },
  anyOf: z.array(z.record(z.string(), z.unknown())).optional(),
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.union([z.boolean(), z.record(z.string(), z.unknown())]).optional(),
})
const Schema = z.record(z.string(), z.unknown())

export function refName(schema: JsonSchema): string | null {
  const { $ref } = schema
  return typeof $ref === 'string' ? ($ref.split('/').at(-1) ?? null) : null
}

/** `text`, `whole number or null`, `list of text`, or a link to the schema of that name. */
export function typeOf(schema: JsonSchema): Html {
  const told = Keywords.parse(schema)
  const name = refName(schema)
  if (name !== null) return html`<a href="#schema-${name}">${name}</a>`
  if (told.enum !== undefined) return joined(told.enum.map(literal), ' | ')
  if (told.const !== undefined) return literal(told.const)
  if (told.anyOf !== undefined) return joined(told.anyOf.map(typeOf), ' or ')
  if (Array.isArray(told.type)) return html`${told.type.map(wordFor).join(' or ')}`
  if (told.type === 'array') return html`list of ${typeOf(told.items ?? {})}`
  if (told.type === 'object' && typeof told.additionalProperties === 'object') {
    const { additionalProperties } = told
    const isAny = Object.keys(additionalProperties).length === 0
    return isAny ? html`object` : html`names to ${typeOf(additionalProperties)}`
  }
  return html`${wordFor(told.format ?? told.type ?? 'anything')}`
}

function wordFor(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    boolean: 'true or false',
    'date-time': 'RFC 3339 time',
  }
  return words[type] ?? type
}

function literal(value: unknown): Html {
  return html`<code>${JSON.stringify(value)}</code>`
}

/** What else a value must be. */
function constraintsOf(schema: JsonSchema): Html {
  const told = Keywords.parse(schema)
  if (told.anyOf !== undefined) return joined(told.anyOf.map(constraintsOf))
  const { minimum, maximum, minLength, maxLength, maxItems, pattern } = told
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined
  const said = [
    range(least, most, ''),
    range(minLength, maxLength, ' characters'),
    range(undefined, maxItems, ''),
  ].filter((each) => each !== '')
  const form = pattern === undefined ? NOTHING : html` <code>${pattern}</code>`
  const fallback = told.default === undefined ? NOTHING : html` Default ${literal(told.default)}.`
  const size = said.length === 0 ? NOTHING : html` ${said.join(', ')}.`
  return html`${size}${form}${fallback}`
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined) return `${least} to ${most}${unit}`
  if (least !== undefined) return `${least}${unit} or more`
  return most === undefined ? '' : `${most}${unit} at most`
}

export function remarksOf(schema: JsonSchema): Html {
  const { description } = Keywords.parse(schema)
  return html`${description === undefined ? NOTHING : prose(description)}${constraintsOf(schema)}`
}

/** The members of an object, one level deep; of what is no object, what it is. */
export function membersOf(schema: JsonSchema): Html {
  const { properties, required = [], anyOf } = Keywords.parse(schema)
  if (properties !== undefined) {
    const rows = Object.entries(properties).map(([name, member]) => row(name, member, required))
    return rows.length === 0
      ? html`<p>No members.</p>`
      : table('Members', ['Member', 'Type', 'Meaning'], rows)
  }
  if (anyOf !== undefined && anyOf.some((each) => refName(each) === null)) {
    return joined(anyOf.map(membersOf), '<p class="or">or</p>')
  }
  return html`<p>${typeOf(schema)}. ${remarksOf(schema)}</p>`
}

function row(name: string, member: JsonSchema, required: readonly string[]): Html {
  const mark = required.includes(name) ? html` <span class="required">required</span>` : NOTHING
  const { inner, at } = innerOf(member)
  const { properties = {}, required: needed = [] } = Keywords.parse(inner)
  const rows = Object.entries(properties).map(([below, each]) =>
    row(`${name}${at}.${below}`, each, needed),
  )
  return html`<tr>
      <td><code>${name}</code>${mark}</td>
      <td>${typeOf(member)}</td>
      <td>${remarksOf(member)}</td>
    </tr>
    ${rows}`
}

/** The object whose members are told below a member: its own, or that of each in a list. */
function innerOf(member: JsonSchema): { readonly inner: JsonSchema; readonly at: '' | '[]' } {
  const { items } = Keywords.parse(member)
  return items === undefined ? { inner: member, at: '' } : { inner: items, at: '[]' }
}
