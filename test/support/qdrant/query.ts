// Runs the universal query: prefetches first, then fusion or a rescoring of what they brought. Exact,
// never approximate; equal scores are put in the order of ids.
import type { Collection, Point } from './collection.ts'
import { badInput, badRequest, InferenceAsked, notFound, notImitated } from './errors.ts'
import { dateOf } from './field-tests.ts'
import { both, type Predicate } from './filter.ts'
import { dbsf, rrf } from './fusion.ts'
import { pathText, valuesAt } from './json-path.ts'
import type { Hit } from './output.ts'
import { orderValue, orderValueJson, rangeIndex } from './payload-index.ts'
import { comparePointIds, type PointId } from './point-id.ts'
import type { ContextPair, OrderBy, Query, QueryNode, VectorInput } from './query-request.ts'
import { averageTarget, scorer } from './score.ts'
import { isSmallerNearer, toldScore, type Vector } from './vector.ts'

/** Finds a collection by the name in a request, whosever it is. */
export type Lookup = (name: string) => Collection

/** The hits, nearest first, from `offset` on. `collection` is the physical one that is searched. */
export function runQuery(
  collection: Collection,
  node: QueryNode,
  lookup: Lookup,
  offset = 0,
): Hit[] {
  const referenced = referencedIds(node, collection.name)
  const others: Predicate = ({ id }) => id === null || !referenced.has(id)
  const filter = referenced.size === 0 ? node.filter : both(node.filter, others)
  return run(collection, { ...node, filter }, lookup, node.limit + offset).slice(offset)
}

function run(collection: Collection, node: QueryNode, lookup: Lookup, limit: number): Hit[] {
  check(node)
  if (node.prefetch.length === 0) {
    const points = collection.select(node.filter)
    return score(collection, node, points, lookup).slice(0, limit)
  }
  // The filter of a query holds for everything below it.
  const sources = node.prefetch.map((each) =>
    run(collection, { ...each, filter: both(each.filter, node.filter) }, lookup, each.limit),
  )
  if (node.query?.kind === 'rrf' || node.query?.kind === 'dbsf') {
    const { query, scoreThreshold } = node
    const fused = query.kind === 'rrf' ? rrf(sources, query.k, query.weights) : dbsf(sources)
    return fused
      .filter((hit) => scoreThreshold === null || hit.score > scoreThreshold)
      .slice(0, limit)
  }
  const found = new Map(sources.flat().map(({ point }) => [point.id, point]))
  const points = [...found.values()].sort((a, b) => comparePointIds(a.id, b.id))
  return score(collection, node, points, lookup).slice(0, limit)
}

function check({ query, prefetch, scoreThreshold, using }: QueryNode): void {
  if (prefetch.length > 0 && query === null) {
    throw badRequest(
      "A query is needed to merge the prefetches. Can't have prefetches without defining a query.",
    )
  }
  if (scoreThreshold !== null && query === null) {
    throw badRequest(
      "A query is needed to use the score_threshold. Can't have score_threshold without defining a query.",
    )
  }
  if (scoreThreshold !== null && query?.kind === 'order_by') {
    throw badRequest("Can't use score_threshold with an order_by query.")
  }
  const isFusion = query?.kind === 'rrf' || query?.kind === 'dbsf'
  if (isFusion && using !== '') {
    throw badRequest("Fusion queries cannot be combined with the 'using' field.")
  }
  if (isFusion && prefetch.length === 0) {
    throw badRequest('Fusion queries cannot be used without prefetches.')
  }
}

function score(
  collection: Collection,
  node: QueryNode,
  points: readonly Point[],
  lookup: Lookup,
): Hit[] {
  const { query } = node
  if (query === null) return points.map((point) => ({ point, score: 1 }))
  if (query.kind === 'order_by') return ordered(collection, points, query.by)
  // Random on the server; here a shuffle that is always the same.
  if (query.kind === 'sample') return shuffled(points).map((point) => ({ point, score: 1 }))
  const hits = scoreByVectors(collection, node, query, points, lookup)
  const params = collection.vectorParams(node.using)
  const smaller = query.kind === 'nearest' || isAverage(query) ? smallerIsNearer(params) : false
  const { scoreThreshold: least } = node
  return hits
    .filter(({ score: s }) => least === null || (smaller ? s < least : s > least))
    .sort((a, b) => (smaller ? a.score - b.score : b.score - a.score))
}

const isAverage = (query: Query): boolean =>
  query.kind === 'recommend' && query.strategy === 'average_vector'

const smallerIsNearer = (params: ReturnType<Collection['vectorParams']>): boolean =>
  params.kind === 'dense' && isSmallerNearer(params.distance)

function scoreByVectors(
  collection: Collection,
  node: QueryNode,
  query: Exclude<Query, { kind: 'order_by' | 'sample' }>,
  points: readonly Point[],
  lookup: Lookup,
): Hit[] {
  const { using } = node
  const resolve = (input: VectorInput): Vector => resolveInput(collection, node, input, lookup)
  const params = collection.vectorParams(using)
  const distance = params.kind === 'dense' ? params.distance : 'Dot'
  const each = (value: (stored: Vector) => number): Hit[] =>
    points.flatMap((point) => {
      const stored = point.vectors.get(using)
      return stored === undefined ? [] : [{ point, score: Math.fround(value(stored)) }]
    })
  const similarTo = scorer(distance, (v) => collection.stored(using, v))
  const near = (target: Vector): Hit[] => {
    const similar = similarTo(target)
    return each((stored) => toldScore(distance, similar(stored)))
  }
  switch (query.kind) {
    case 'nearest':
      return near(resolve(query.input))
    case 'recommend': {
      const positive = query.positive.map(resolve)
      const negative = query.negative.map(resolve)
      if (query.strategy === 'average_vector') return near(averageTarget(positive, negative))
      if (positive.length + negative.length === 0) {
        throw badRequest('At least one positive or negative vector ID required with this strategy')
      }
      return each(similarTo.recommend(positive, negative, query.strategy))
    }
    case 'discover':
      return each(similarTo.discover(resolve(query.target), pairsOf(query.pairs, resolve)))
    case 'context':
      return each(similarTo.context(pairsOf(query.pairs, resolve)))
    case 'unimitated':
      query.inputs.forEach(resolve)
      throw notImitated(query.what)
    case 'rrf':
    case 'dbsf':
      throw badRequest('Fusion queries cannot be used without prefetches.')
  }
}

const pairsOf = (
  pairs: readonly ContextPair[],
  resolve: (input: VectorInput) => Vector,
): { positive: Vector; negative: Vector }[] =>
  pairs.map(({ positive, negative }) => ({
    positive: resolve(positive),
    negative: resolve(negative),
  }))

/** An id stands for that point's vector, here or in the collection that `lookup_from` names. */
function resolveInput(
  collection: Collection,
  { lookupFrom, using }: QueryNode,
  input: VectorInput,
  lookup: Lookup,
): Vector {
  if ('vector' in input) {
    if (input.vector.kind === 'inference') throw new InferenceAsked(input.vector.model)
    return input.vector
  }
  const source = lookupFrom === null ? collection : lookup(lookupFrom.collection)
  const name = lookupFrom?.vector ?? using
  const point = source.points.get(input.id)
  if (point === undefined) throw notFound(`No point with id ${input.id} found`)
  const vector = point.vectors.get(name)
  if (vector === undefined)
    throw notFound(`Vector with name ${JSON.stringify(name)} for point not found`)
  return vector
}

/** The ids that the query names in the collection it searches: they are not among its own hits. */
function referencedIds(node: QueryNode, name: string): Set<PointId> {
  const own = node.lookupFrom === null || node.lookupFrom.collection === name
  const ids = own ? inputsOf(node.query).flatMap((input) => ('id' in input ? [input.id] : [])) : []
  return new Set([...ids, ...node.prefetch.flatMap((each) => [...referencedIds(each, name)])])
}

function inputsOf(query: Query | null): readonly VectorInput[] {
  switch (query?.kind) {
    case 'nearest':
      return [query.input]
    case 'recommend':
      return [...query.positive, ...query.negative]
    case 'discover':
      return [
        query.target,
        ...query.pairs.flatMap(({ positive, negative }) => [positive, negative]),
      ]
    case 'context':
      return query.pairs.flatMap(({ positive, negative }) => [positive, negative])
    case 'unimitated':
      return query.inputs
    case 'order_by':
    case 'rrf':
    case 'dbsf':
    case 'sample':
    case undefined:
      return []
  }
}

/** A point stands once for each value that it has. */
export function ordered(collection: Collection, points: readonly Point[], by: OrderBy): Hit[] {
  const index = rangeIndex(collection, pathText(by.key))
  const falling = by.direction === 'desc'
  const start = startOf(by)
  const entries = points.flatMap((point) =>
    valuesAt(by.key, point.payload)
      .flatMap((value) => (Array.isArray(value) ? value : [value]))
      .flatMap((value) => {
        const at = orderValue(index, value)
        return at === null ? [] : [{ point, at }]
      }),
  )
  return entries
    .filter(({ at }) => start === null || (falling ? at <= start : at >= start))
    .sort((a, b) => (falling ? b.at - a.at : a.at - b.at))
    .map(({ point, at }) => ({ point, score: 1, orderValue: orderValueJson(index, at) }))
}

function startOf({ start_from: start }: OrderBy): number | null {
  if (start === null) return null
  const at = typeof start === 'string' ? dateOf(start) : Number(start)
  if (at === null) throw badInput(`'${start}' does not match accepted datetime format`)
  return at
}

function shuffled(points: readonly Point[]): Point[] {
  const key = ({ id }: Point): number =>
    Array.from(id).reduce(
      (hash, sign) => Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 16_777_619) >>> 0,
      2_166_136_261,
    )
  return [...points].sort((a, b) => key(a) - key(b))
}
