// Every place of a request to Weaviate in which a class or a tenant stands.
import { Kind, parse, visit } from 'graphql'
import { readTarget } from '../../../support/vector/lenient-path.ts'
import type { RecordedRequest } from '../../../support/vector/stand-in.ts'

export interface SentNames {
  readonly classes: readonly string[]
  /** null stands for a place where a tenant should stand and does not. */
  readonly tenants: readonly (string | null)[]
}

type Sent = Pick<RecordedRequest, 'method' | 'target' | 'body'>

const ANY_CLASS: SentNames = { classes: [], tenants: [] }

/** null for a request that is none of those that the gateway sends. */
export function namesIn({ method, target, body }: Sent): SentNames | null {
  const { segments, query } = readTarget(target)
  const [version, area = '', ...rest] = segments
  const repeated = [...query.keys()].some((key, at, keys) => keys.indexOf(key) !== at)
  if (version !== 'v1' || repeated) return null
  const json: unknown = body === '' ? null : JSON.parse(body)
  const asked = query.getAll('tenant')
  switch (area) {
    case 'schema':
      return inSchema(method, rest, json)
    case 'objects':
      return inObjects(method, rest, { classes: query.getAll('class'), tenants: asked }, json)
    case 'batch':
      return inBatch(method, rest, asked, json)
    case 'graphql':
      return rest.length === 0 && Object.keys(json ?? {}).join() === 'query'
        ? inQuery(String(valueAt(json, 'query')))
        : null
    default:
      return null
  }
}

function inSchema(method: string, rest: readonly string[], json: unknown): SentNames | null {
  const [className, part, tenant] = rest
  if (className === undefined) return method === 'GET' ? ANY_CLASS : null
  const classes = [className]
  if (part === undefined) return method === 'GET' ? { classes, tenants: [] } : null
  if (part !== 'tenants') return null
  if (tenant !== undefined) return method === 'HEAD' ? { classes, tenants: [tenant] } : null
  const made = Array.isArray(json) ? json : []
  if (method === 'POST') return { classes, tenants: made.map((one) => textAt(one, 'name')) }
  if (method === 'DELETE') return { classes, tenants: made.map(String) }
  return null
}

function inObjects(
  method: string,
  rest: readonly string[],
  query: { readonly classes: string[]; readonly tenants: string[] },
  json: unknown,
): SentNames | null {
  const inBody = json === null ? [] : [json]
  const [className, id, references] = rest
  if (className === undefined || className === 'validate') {
    const isList = className === undefined && method === 'GET'
    return isList ? { ...query, tenants: orNone(query.tenants) } : named(inBody)
  }
  if (id === undefined) return null
  const path = { classes: [className], tenants: [] }
  if (references !== undefined) {
    return merge(path, { classes: [], tenants: orNone(query.tenants) }, beacons(json))
  }
  const isChange = method === 'PUT' || method === 'PATCH'
  return merge(path, isChange ? named(inBody) : { classes: [], tenants: orNone(query.tenants) })
}

function inBatch(
  method: string,
  [what]: readonly string[],
  tenants: readonly string[],
  json: unknown,
): SentNames | null {
  if (what === 'references') {
    const items = Array.isArray(json) ? json : []
    return merge(beacons(json), { classes: [], tenants: items.map((one) => textAt(one, 'tenant')) })
  }
  if (what !== 'objects') return null
  if (method === 'POST') {
    const objects = valueAt(json, 'objects')
    return named(Array.isArray(objects) ? objects : [])
  }
  const match = valueAt(json, 'match')
  return merge(
    { classes: [textAt(match, 'class') ?? ''], tenants: orNone(tenants) },
    { classes: pathClasses(valueAt(match, 'where')), tenants: [] },
  )
}

/** Objects in a body: their class and tenant, and where their references lead. */
function named(objects: readonly unknown[]): SentNames {
  return merge(
    {
      classes: objects.map((one) => textAt(one, 'class') ?? ''),
      tenants: objects.map((one) => textAt(one, 'tenant')),
    },
    ...objects.map(beacons),
  )
}

/** Any text that reads as a beacon, however deep. Of one without a class the class is ''. */
function beacons(value: unknown): SentNames {
  if (typeof value === 'string') return { classes: beaconClasses(value), tenants: [] }
  if (typeof value !== 'object' || value === null) return ANY_CLASS
  return merge(...Object.values(value).map(beacons))
}

function beaconClasses(text: string): string[] {
  if (!/^weaviate:/i.test(text)) return []
  const [, className = ''] = /^weaviate:\/\/localhost\/([^/]+)\/[^/]+(?:\/\w+)?$/.exec(text) ?? []
  return [className]
}

function pathClasses(where: unknown): string[] {
  if (typeof where !== 'object' || where === null) return []
  const path = valueAt(where, 'path')
  const own = Array.isArray(path) ? path.filter((_, at) => at % 2 === 1).map(String) : []
  const operands = valueAt(where, 'operands')
  return [...own, ...(Array.isArray(operands) ? operands.flatMap(pathClasses) : [])]
}

function inQuery(text: string): SentNames | null {
  const classes: string[] = []
  const tenants: (string | null)[] = []
  const [operation, ...others] = parse(text).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) return null
  for (const root of operation.selectionSet.selections) {
    if (root.kind !== Kind.FIELD || !['Get', 'Aggregate'].includes(root.name.value)) return null
    for (const field of root.selectionSet?.selections ?? []) {
      if (field.kind !== Kind.FIELD) return null
      const named = (field.arguments ?? []).filter(({ name }) => name.value === 'tenant')
      const values = named.map(({ value }) => (value.kind === Kind.STRING ? value.value : null))
      classes.push(field.name.value)
      tenants.push(...orNone(values))
    }
  }
  visit(operation, {
    InlineFragment: ({ typeCondition }) => void classes.push(typeCondition?.name.value ?? ''),
    StringValue: ({ value }) => void classes.push(...beaconClasses(value)),
    ObjectField({ name, value }) {
      if (name.value !== 'path' || value.kind !== Kind.LIST) return
      const parts = value.values.map((part) => (part.kind === Kind.STRING ? part.value : ''))
      classes.push(...parts.filter((_, at) => at % 2 === 1))
    },
  })
  return { classes, tenants }
}

function merge(...all: readonly SentNames[]): SentNames {
  return {
    classes: all.flatMap(({ classes }) => classes),
    tenants: all.flatMap(({ tenants }) => tenants),
  }
}

function orNone<T>(tenants: readonly T[]): readonly (T | null)[] {
  return tenants.length === 0 ? [null] : tenants
}

function valueAt(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

function textAt(value: unknown, name: string): string | null {
  const found = valueAt(value, name)
  return typeof found === 'string' ? found : null
}
