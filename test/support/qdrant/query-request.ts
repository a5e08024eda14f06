// The universal query as it is written on the wire: queries of every kind, prefetches inside
// prefetches, and every place where the name of ANOTHER collection may stand.
import { filter, type Predicate } from './filter.ts'
import { jsonPath, type JsonPath } from './json-path.ts'
import { withPayload, withVector } from './output.ts'
import { pointId, type PointId } from './point-id.ts'
import {
  anyOf,
  anything,
  as,
  count,
  countFrom,
  type Decode,
  defaulted,
  flattened,
  float,
  integer,
  later,
  list,
  nullable,
  object,
  oneOf,
  oneOrMany,
  optional,
  required,
  struct,
  text,
} from './serde.ts'
import { type Vector, vector } from './vector.ts'

export type VectorInput = { readonly id: PointId } | { readonly vector: Vector }

export interface ContextPair {
  readonly positive: VectorInput
  readonly negative: VectorInput
}

export interface OrderBy {
  readonly key: JsonPath
  readonly direction: 'asc' | 'desc' | null
  readonly start_from: number | bigint | string | null
}

export const STRATEGIES = ['average_vector', 'best_score', 'sum_scores'] as const

export type Query =
  | { readonly kind: 'nearest'; readonly input: VectorInput }
  | {
      readonly kind: 'recommend'
      readonly positive: readonly VectorInput[]
      readonly negative: readonly VectorInput[]
      readonly strategy: (typeof STRATEGIES)[number]
    }
  | {
      readonly kind: 'discover'
      readonly target: VectorInput
      readonly pairs: readonly ContextPair[]
    }
  | { readonly kind: 'context'; readonly pairs: readonly ContextPair[] }
  | { readonly kind: 'order_by'; readonly by: OrderBy }
  | { readonly kind: 'rrf'; readonly k: number; readonly weights: readonly number[] | null }
  | { readonly kind: 'dbsf' }
  | { readonly kind: 'sample' }
  /** Taken, its inputs looked up, and then refused aloud. */
  | { readonly kind: 'unimitated'; readonly what: string; readonly inputs: readonly VectorInput[] }

export interface LookupLocation {
  readonly collection: string
  readonly vector: string | null
}

/** A request for hits, or a prefetch inside one. */
export interface QueryNode {
  readonly prefetch: readonly QueryNode[]
  readonly query: Query | null
  readonly using: string
  readonly filter: Predicate | null
  readonly scoreThreshold: number | null
  readonly limit: number
  readonly lookupFrom: LookupLocation | null
}

export const vectorInput = anyOf<VectorInput>(
  'Expected some form of vector or id',
  // An id is no vector and no vector is an id, so the order of the two cannot be seen.
  as(pointId, (id) => ({ id })),
  as(vector, (given) => ({ vector: given })),
)

export const contextPair: Decode<ContextPair> = struct('ContextPair', {
  positive: required(vectorInput),
  negative: required(vectorInput),
})

const recommendInput = struct('RecommendInput', {
  positive: optional(list(vectorInput)),
  negative: optional(list(vectorInput)),
  strategy: optional(oneOf(...STRATEGIES)),
})

const discoverInput = struct('DiscoverInput', {
  target: required(vectorInput),
  context: required(nullable(oneOrMany(contextPair))),
})

export const orderBy = anyOf<OrderBy>(
  'Expected a string, or an object with a key, direction and/or start_from',
  as(jsonPath, (key) => ({ key, direction: null, start_from: null })),
  struct('OrderBy', {
    key: required(jsonPath),
    direction: optional(oneOf('asc', 'desc')),
    start_from: optional(anyOf<number | bigint | string>('no start', integer, float, text)),
  }),
)

const nearestQuery: Decode<Query> = as(
  struct('NearestQuery', { nearest: required(vectorInput), mmr: optional(object) }),
  ({ nearest: input, mmr }) =>
    mmr === null
      ? { kind: 'nearest', input }
      : { kind: 'unimitated', what: 'MMR', inputs: [input] },
)

const queryForms: readonly Decode<Query>[] = [
  nearestQuery,
  as(struct('RecommendQuery', { recommend: required(recommendInput) }), ({ recommend }) => ({
    kind: 'recommend',
    positive: recommend.positive ?? [],
    negative: recommend.negative ?? [],
    strategy: recommend.strategy ?? 'average_vector',
  })),
  as(struct('DiscoverQuery', { discover: required(discoverInput) }), ({ discover }) => ({
    kind: 'discover',
    target: discover.target,
    pairs: discover.context ?? [],
  })),
  as(
    struct('ContextQuery', { context: required(nullable(oneOrMany(contextPair))) }),
    ({ context }) => ({ kind: 'context', pairs: context ?? [] }),
  ),
  as(struct('OrderByQuery', { order_by: required(orderBy) }), ({ order_by: by }) => ({
    kind: 'order_by',
    by,
  })),
  as(struct('FusionQuery', { fusion: required(oneOf('rrf', 'dbsf')) }), ({ fusion }) =>
    fusion === 'dbsf' ? { kind: 'dbsf' } : { kind: 'rrf', k: 2, weights: null },
  ),
  as(
    struct('RrfQuery', {
      rrf: required(
        struct('Rrf', { k: defaulted(countFrom(1, 'k')), weights: defaulted(list(float)) }),
      ),
    }),
    ({ rrf: { k, weights } }) => ({ kind: 'rrf', k: k ?? 2, weights }),
  ),
  as(struct('FormulaQuery', { formula: required(anything), defaults: defaulted(object) }), () => ({
    kind: 'unimitated',
    what: 'formula queries',
    inputs: [],
  })),
  as(struct('SampleQuery', { sample: required(oneOf('random')) }), () => ({ kind: 'sample' })),
  as(
    struct('RelevanceFeedbackQuery', {
      relevance_feedback: required(
        struct('RelevanceFeedbackInput', {
          target: required(vectorInput),
          feedback: required(
            list(
              struct('FeedbackItem', { example: required(vectorInput), score: required(float) }),
            ),
          ),
          strategy: required(object),
        }),
      ),
    }),
    ({ relevance_feedback: { target, feedback } }) => ({
      kind: 'unimitated',
      what: 'relevance feedback',
      inputs: [target, ...feedback.map(({ example }) => example)],
    }),
  ),
]

const query = anyOf<Query>(
  'Expected some form of vector, id, or a type of query',
  as(vectorInput, (input) => ({ kind: 'nearest', input })),
  ...queryForms,
)

export const lookupLocation: Decode<LookupLocation> = struct('LookupLocation', {
  collection: required(text),
  vector: defaulted(text),
  shard_key: defaulted(anything),
})

const nodeFields = {
  prefetch: defaulted(oneOrMany(later(() => prefetch))),
  query: optional(query),
  using: optional(text),
  filter: optional(filter),
  params: optional(object),
  score_threshold: optional(float),
  limit: optional(countFrom(1, 'limit')),
}

const prefetch: Decode<QueryNode> = as(
  struct('Prefetch', { ...nodeFields, lookup_from: defaulted(lookupLocation) }),
  node,
)

interface WireNode {
  readonly prefetch: readonly QueryNode[] | null
  readonly query: Query | null
  readonly using: string | null
  readonly filter: Predicate | null
  readonly score_threshold: number | null
  readonly limit: number | null
  readonly lookup_from: LookupLocation | null
}

function node(wire: WireNode): QueryNode {
  return {
    prefetch: wire.prefetch ?? [],
    query: wire.query,
    using: wire.using ?? '',
    filter: wire.filter,
    scoreThreshold: wire.score_threshold,
    limit: wire.limit ?? 10,
    lookupFrom: wire.lookup_from,
  }
}

const outputFields = {
  with_vector: optional(withVector, 'with_vectors'),
  with_payload: optional(withPayload),
}

/** The body of points/query; flattened, so that only an object will do. */
export const queryRequest = as(
  struct(
    'QueryRequest',
    {
      ...nodeFields,
      offset: optional(count),
      ...outputFields,
      lookup_from: defaulted(lookupLocation),
      shard_key: optional(anything),
    },
    flattened,
  ),
  (wire) => ({ ...wire, node: node(wire) }),
)

/** A batch of searches; itself a plain struct, which may be an array of one. */
export const searches = <T>(request: Decode<T>): Decode<readonly T[]> =>
  as(struct('Searches', { searches: required(list(request)) }), (batch) => batch.searches)

export interface WithLookup {
  readonly collection: string
  readonly with_payload: ReturnType<typeof withPayload> | null
  readonly with_vectors: ReturnType<typeof withVector> | null
}

const withLookup = anyOf<WithLookup>(
  'data did not match any variant of untagged enum WithLookupInterface',
  as(text, (collection) => ({ collection, with_payload: null, with_vectors: null })),
  struct('WithLookup', {
    collection: required(text),
    with_payload: defaulted(withPayload),
    with_vectors: defaulted(withVector, 'with_vector'),
  }),
)

export const groupFields = {
  group_by: required(jsonPath),
  group_size: optional(countFrom(1, 'group_size')),
  limit: optional(countFrom(1, 'limit')),
  with_lookup: optional(withLookup),
}

export const queryGroupsRequest = as(
  struct(
    'QueryGroupsRequest',
    {
      ...nodeFields,
      with_vector: optional(withVector),
      with_payload: optional(withPayload),
      lookup_from: defaulted(lookupLocation),
      ...groupFields,
      shard_key: optional(anything),
    },
    flattened,
  ),
  (wire) => ({ ...wire, node: node(wire) }),
)
