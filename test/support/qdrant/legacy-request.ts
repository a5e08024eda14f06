// search, recommend and discover: gone from the published description of 1.19, still routed by the
// server. Each is decoded into the universal query.
import { filter } from './filter.ts'
import { badInput } from './errors.ts'
import { withPayload, withVector } from './output.ts'
import {
  contextPair,
  groupFields,
  lookupLocation,
  type Query,
  type QueryNode,
  STRATEGIES,
  vectorInput,
} from './query-request.ts'
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
  list,
  object,
  oneOf,
  optional,
  required,
  struct,
  text,
  withDefault,
} from './serde.ts'
import { type Vector, vector } from './vector.ts'

interface NamedVector {
  readonly name: string
  readonly vector: Vector
}

const namedVector = anyOf<NamedVector>(
  'data did not match any variant of untagged enum NamedVectorStruct',
  as(list(float), (values) => ({ name: '', vector: { kind: 'dense', values } })),
  struct('NamedVector', { name: required(text), vector: required(vector) }),
)

const common = {
  filter: optional(filter),
  params: optional(object),
  with_payload: optional(withPayload),
  with_vector: defaulted(withVector, 'with_vectors'),
}
const page = { limit: required(countFrom(1, 'limit'), 'top'), offset: optional(count) }
const shardKey = { shard_key: defaulted(anything) }
const lookups = { using: defaulted(text), lookup_from: defaulted(lookupLocation) }
const examples = {
  positive: withDefault(list(vectorInput), []),
  negative: withDefault(list(vectorInput), []),
  strategy: defaulted(oneOf(...STRATEGIES)),
}
const threshold = { score_threshold: optional(float) }

type WireNode = Pick<QueryNode, 'filter'> & {
  readonly limit: number | null
  readonly score_threshold?: number | null
  readonly using?: string | null
  readonly lookup_from?: QueryNode['lookupFrom']
}

function node(wire: WireNode, query: Query, using = wire.using ?? ''): QueryNode {
  return {
    prefetch: [],
    query,
    using,
    filter: wire.filter,
    scoreThreshold: wire.score_threshold ?? null,
    limit: wire.limit ?? 10,
    lookupFrom: wire.lookup_from ?? null,
  }
}

const nearest = (wire: WireNode & { readonly vector: NamedVector }): QueryNode =>
  node(wire, { kind: 'nearest', input: { vector: wire.vector.vector } }, wire.vector.name)

const recommended = (
  wire: WireNode &
    Pick<Extract<Query, { kind: 'recommend' }>, 'positive' | 'negative'> & {
      readonly strategy: (typeof STRATEGIES)[number] | null
    },
): QueryNode =>
  node(wire, {
    kind: 'recommend',
    positive: wire.positive,
    negative: wire.negative,
    strategy: wire.strategy ?? 'average_vector',
  })

export const searchRequest = as(
  struct(
    'SearchRequest',
    { vector: required(namedVector), ...common, ...page, ...threshold, ...shardKey },
    flattened,
  ),
  (wire) => ({ ...wire, node: nearest(wire) }),
)

export const searchGroupsRequest = as(
  struct(
    'SearchGroupsRequest',
    { vector: required(namedVector), ...common, ...threshold, ...groupFields, ...shardKey },
    flattened,
  ),
  (wire) => ({ ...wire, node: nearest(wire) }),
)

export const recommendRequest = as(
  struct(
    'RecommendRequest',
    { ...examples, ...common, ...page, ...threshold, ...lookups, ...shardKey },
    flattened,
  ),
  (wire) => ({ ...wire, node: recommended(wire) }),
)

export const recommendGroupsRequest = as(
  struct(
    'RecommendGroupsRequest',
    { ...examples, ...common, ...threshold, ...lookups, ...groupFields, ...shardKey },
    flattened,
  ),
  (wire) => ({ ...wire, node: recommended(wire) }),
)

export const discoverRequest = as(
  struct(
    'DiscoverRequest',
    {
      target: optional(vectorInput),
      context: optional(list(contextPair)),
      ...common,
      ...page,
      ...lookups,
      ...shardKey,
    },
    flattened,
  ),
  (wire) => {
    const { target, context } = wire
    if (target === null && context === null)
      throw badInput('target and/or context must be specified')
    const pairs = context ?? []
    const query: Query =
      target === null ? { kind: 'context', pairs } : { kind: 'discover', target, pairs }
    return { ...wire, node: node(wire, query) }
  },
)

/** The body of search/matrix/pairs and search/matrix/offsets. */
export const matrixRequest: Decode<{
  readonly filter: ReturnType<typeof filter> | null
  readonly sample: number | null
  readonly limit: number | null
  readonly using: string | null
}> = struct(
  'SearchMatrixRequest',
  {
    filter: optional(filter),
    sample: optional(countFrom(2, 'sample')),
    limit: optional(countFrom(1, 'limit')),
    using: optional(text),
    ...shardKey,
  },
  flattened,
)
