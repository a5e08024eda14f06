// `/graphql`: Get, Aggregate and Explore, where a class is a field and its tenant an argument.
import * as z from 'zod'
import { Refusal } from '../vector/stand-in.ts'
import { cosine } from '../vector/similarity.ts'
import { aggregate } from './aggregate.ts'
import { readBeacon, writeBeacon } from './beacon.ts'
import type { WeaviateClass } from './schema.ts'
import { isReference } from './schema.ts'
import { readDocument, type Selected, type Selection } from './selection.ts'
import type { Store, WeaviateObject } from './store.ts'
import { matches, referred, tokens, Where } from './where.ts'

export const GraphQLRequest = z.looseObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

const Count = z.int().min(0)
const Near = { distance: z.number().optional(), certainty: z.number().optional() }
const Sort = z.object({
  path: z.union([z.string(), z.array(z.string())]),
  order: z.string().optional(),
})
const Arguments = z.strictObject({
  tenant: z.string().optional(),
  where: Where.optional(),
  nearVector: z.object({ vector: z.array(z.number()), ...Near }).optional(),
  nearObject: z
    .object({ id: z.string().optional(), beacon: z.string().optional(), ...Near })
    .optional(),
  bm25: z.object({ query: z.string(), properties: z.array(z.string()).optional() }).optional(),
  limit: Count.default(100),
  offset: Count.default(0),
  after: z.string().optional(),
  sort: z.union([z.array(Sort), Sort.transform((one) => [one])]).optional(),
  groupBy: z.array(z.string()).optional(),
  consistencyLevel: z.string().optional(),
})
type Arguments = z.infer<typeof Arguments>

interface Hit {
  readonly object: WeaviateObject
  readonly distance: number | null
  readonly score: number | null
}

interface GraphError {
  readonly message: string
  readonly path: readonly string[]
}

export function answerGraphQL(store: Store, request: z.infer<typeof GraphQLRequest>): object {
  const errors: GraphError[] = []
  const attempt = <T>(path: readonly string[], work: () => T): T | null => {
    try {
      return work()
    } catch (error) {
      errors.push({ message: messageOf(error), path })
      return null
    }
  }
  const root = attempt([], () =>
    readDocument(request.query, request.variables ?? {}, request.operationName),
  )
  const fields = attempt([], () => root?.('WeaviateObj')) ?? []
  const data = fields.map(({ key, name, args, children }) => {
    const each = (resolve: (field: Selected) => unknown) => {
      const classes = attempt([key], () => children()) ?? []
      return members(classes, (field) => attempt([key, field.key], () => resolve(field)))
    }
    switch (name) {
      case 'Get':
        return [key, each((field) => get(store, field))] as const
      case 'Aggregate':
        return [key, each((field) => aggregateClass(store, field))] as const
      case 'Explore':
        return [key, attempt([key], () => explore(store, args, children))] as const
      case '__typename':
        return [key, 'WeaviateObj'] as const
      case '__schema':
        return [
          key,
          { types: [...store.schema.classes.keys()].map((type) => ({ name: type })) },
        ] as const
      default:
        return [key, attempt([key], () => unknownField(name, 'WeaviateObj'))] as const
    }
  })
  const told = errors.map((error) => ({ ...error, locations: [] }))
  return told.length > 0
    ? { data: fields.length > 0 ? Object.fromEntries(data) : null, errors: told }
    : { data: Object.fromEntries(data) }
}

function get(store: Store, { name, args, children }: Selected): object[] {
  const found = classOf(store, name, 'GetObjectsObj')
  const asked = Arguments.parse(args)
  const hits = search(store, found, asked)
  return hits
    .slice(asked.offset, asked.offset + asked.limit)
    .map((hit) => render(store, hit, children(found.definition.class)))
}

function aggregateClass(store: Store, { name, args, children }: Selected): object[] {
  const found = classOf(store, name, 'AggregateObjectsObj')
  const asked = Arguments.parse(args)
  const objects = search(store, found, asked).map(({ object }) => object)
  return aggregate(objects, asked.groupBy, children())
}

function explore(store: Store, args: Selected['args'], children: Selection): object[] {
  const { nearVector, limit } = Arguments.parse(args)
  const open = [...store.schema.classes.values()].filter(
    ({ definition }) => !definition.multiTenancyConfig.enabled,
  )
  const hits = open.flatMap((found) => search(store, found, Arguments.parse({ nearVector })))
  return byDistance(hits)
    .slice(0, limit)
    .map(({ object, distance }) => {
      const whole = { ...writeBeacon(object), className: object.class, distance }
      return members(children(), ({ name }) => whole[name as keyof typeof whole] ?? null)
    })
}

function search(store: Store, found: WeaviateClass, asked: Arguments): Hit[] {
  const objects = [...store.shard(found, asked.tenant, 'read').values()].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  )
  const { where, after, bm25, nearVector, nearObject, sort = [] } = asked
  const chosen = objects
    .filter((object) => where === undefined || matches(store, object, where))
    .filter(({ id }) => after === undefined || id > after)
  if (bm25 !== undefined) return byWords(chosen, bm25)
  const near = nearVector ?? nearObject
  const vector = nearVector?.vector ?? (nearObject && vectorOf(store, found, asked))
  if (near === undefined || vector === undefined) {
    const hits = chosen.map((object): Hit => ({ object, distance: null, score: null }))
    return sort.reduceRight<Hit[]>((sorted, rule) => sortedBy(sorted, rule), hits)
  }
  const farthest = near.distance ?? (near.certainty === undefined ? 2 : 2 - 2 * near.certainty)
  const hits = chosen.flatMap((object) => {
    const distance = object.vector && 1 - cosine(vector, object.vector)
    return distance === undefined || distance > farthest ? [] : [{ object, distance, score: null }]
  })
  return byDistance(hits)
}

/** An object of the class itself, or one that a beacon names in another class. */
function vectorOf(store: Store, found: WeaviateClass, { nearObject, tenant }: Arguments) {
  const beacon = nearObject?.beacon === undefined ? undefined : readBeacon(nearObject.beacon)
  const other = beacon?.className === undefined ? found : store.schema.get(beacon.className)
  const id = (nearObject?.id ?? beacon?.id ?? '').toLowerCase()
  const { enabled } = other.definition.multiTenancyConfig
  const object = store.shard(other, enabled ? tenant : '', 'read').get(id)
  if (object?.vector === undefined) throw new Error(`vectorize params: vector not found: ${id}`)
  return object.vector
}

/** As many words in common, the better: a stand-in for BM25's own score. */
function byWords(objects: readonly WeaviateObject[], bm25: NonNullable<Arguments['bm25']>): Hit[] {
  const wanted = tokens(bm25.query)
  const hits = objects.map((object) => {
    const names = bm25.properties ?? Object.keys(object.properties)
    const words = names.flatMap((name) => tokens(textOf(object.properties[name])))
    return { object, distance: null, score: words.filter((word) => wanted.includes(word)).length }
  })
  return hits.filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score)
}

function byDistance(hits: readonly Hit[]): Hit[] {
  return hits.toSorted((a, b) => (a.distance ?? 0) - (b.distance ?? 0))
}

function sortedBy(hits: readonly Hit[], { path, order }: z.infer<typeof Sort>): Hit[] {
  const name = [path].flat()[0] ?? ''
  const sign = order === 'desc' ? -1 : 1
  const value = ({ object }: Hit): number | string => {
    const found = object.properties[name]
    return typeof found === 'number' ? found : textOf(found)
  }
  return hits.toSorted((a, b) => {
    const [one, other] = [value(a), value(b)]
    return one === other ? 0 : one < other ? -sign : sign
  })
}

function render(store: Store, hit: Hit, fields: readonly Selected[]): object {
  const { object } = hit
  const { properties } = store.schema.get(object.class).definition
  return members(fields, ({ name, children }) => {
    if (name === '__typename') return object.class
    if (name === '_additional') return additional(hit, children())
    const property = properties.find((one) => one.name === name)
    if (property === undefined) return unknownField(name, object.class)
    if (!property.dataType.some(isReference)) return object.properties[name] ?? null
    const targets = referred(store, object, name)
    return targets.map((target) =>
      render(store, { object: target, distance: null, score: null }, children(target.class)),
    )
  })
}

function additional({ object, distance, score }: Hit, fields: readonly Selected[]): object {
  const whole: Readonly<Record<string, unknown>> = {
    id: object.id,
    vector: object.vector ?? [],
    distance,
    certainty: distance === null ? null : (2 - distance) / 2,
    score: score === null ? '0' : String(score),
    creationTimeUnix: String(object.creationTimeUnix),
    lastUpdateTimeUnix: String(object.lastUpdateTimeUnix),
  }
  return members(fields, ({ name }) =>
    name in whole ? whole[name] : unknownField(name, 'AdditionalProps'),
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function classOf(store: Store, name: string, parent: string): WeaviateClass {
  const className = store.schema.aliases.get(name) ?? name
  return store.schema.classes.get(className) ?? unknownField(name, parent)
}

function unknownField(name: string, type: string): never {
  throw new Error(`Cannot query field "${name}" on type "${type}".`)
}

function members(fields: readonly Selected[], value: (field: Selected) => unknown): object {
  return Object.fromEntries(fields.map((field) => [field.key, value(field)]))
}

function messageOf(error: unknown): string {
  if (error instanceof Refusal) return JSON.stringify(error.answer.body)
  if (error instanceof z.ZodError) return `not imitated or malformed: ${z.prettifyError(error)}`
  return error instanceof Error ? error.message : String(error)
}
