/** Parameters of a route: what its path names, its query by the schema that reads it, its headers. */
import type { Operation } from './operations.ts'
import { inlineSchema } from './components.ts'
import type { RequestHeader } from './description.ts'
import type { JsonSchema, Parameter, Ref } from './format.ts'

const HEADERS: Readonly<Record<RequestHeader, Pick<Parameter, 'description' | 'schema'>>> = {
  'If-Match': {
    description: 'The `ETag` that the change is meant for; another one is 412.',
    schema: { type: 'string' },
  },
  'Idempotency-Key': {
    description:
      'The caller’s own name for the request: repeated, it is done once. At most 255 visible characters, 128 where quotas are acquired and released.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
  },
  'Last-Event-ID': {
    description: 'The last event that was seen: what came after it is sent first.',
    schema: { type: 'string', pattern: '^[0-9]{0,15}$' },
  },
  'If-None-Match': {
    description: 'The `ETag` that is known: 304 while it is the same.',
    schema: { type: 'string' },
  },
}

export function headerParameters(): Readonly<Record<string, Parameter>> {
  return Object.fromEntries(
    Object.entries(HEADERS).map(([name, told]) => [
      componentName(name),
      { name, in: 'header', required: false, ...told },
    ]),
  )
}

/** What a path parameter names, by what stands before it. */
const EXAMPLES: Readonly<Record<string, string>> = {
  tenants: 'acme',
  keys: 'key_4fTq0YcB1mZ8sXw2LrN7Hd',
  users: 'ann',
  budgets: 'usd_per_day',
  plans: 'pro',
  jobs: 'job_4fTq0YcB1mZ8sXw2LrN7Hd',
  quotas: 'max_products',
  models: 'gpt-4o-mini',
}

/** Of a path parameter; `{upstream}` stands at the beginning. */
export function pathExample(path: string, name: string): string {
  const [, before = ''] = new RegExp(`([a-z]*)/[:{]${name}\\b`).exec(path) ?? []
  return EXAMPLES[before] ?? 'openai'
}

export function parametersOf({
  path,
  params,
  query,
  headers = [],
}: Operation): (Parameter | Ref)[] {
  const inPath = Object.entries(params).map(([name, schema]): Parameter => ({
    name,
    in: 'path',
    required: true,
    schema: inlineSchema(schema),
    example: pathExample(path, name),
  }))
  const inHeaders = headers.map((name) => ({
    $ref: `#/components/parameters/${componentName(name)}`,
  }))
  return [...inPath, ...(query === undefined ? [] : queryParameters(query)), ...inHeaders]
}

function queryParameters(query: NonNullable<Operation['query']>): Parameter[] {
  return Object.entries(query.shape).map(([name, member]) => {
    const { description, ...schema } = inlineSchema(member)
    return {
      name,
      in: 'query',
      required: !member.safeParse(undefined).success,
      ...(typeof description === 'string' ? { description } : {}),
      schema: schema satisfies JsonSchema,
    }
  })
}

function componentName(header: string): string {
  return header.replaceAll('-', '')
}
