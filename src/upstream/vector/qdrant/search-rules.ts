/** Which members the bodies of searches have, in all the forms there are. */
import { isJsonArray, isJsonObject, type Json } from '../../json.ts'
import {
  anyNumber,
  exactlyOne,
  fault,
  integer,
  list,
  members,
  nullable,
  type Rule,
  within,
} from '../../rules.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { filter, oneOrMany } from './filter.ts'
import {
  MAX_EXAMPLES,
  MAX_GROUP_SIZE,
  MAX_GROUPS,
  MAX_LIMIT,
  MAX_MATRIX_LIMIT,
  MAX_MATRIX_SAMPLE,
  MAX_OFFSET,
  MAX_PREFETCH_DEPTH,
  MAX_PREFETCHES,
  MAX_SEARCHES,
} from './limits.ts'
import { collectionName, vectorName } from './names.ts'
import { query, searchParams, STRATEGY } from './query.ts'
import { oneWithVector, shardKey, withPayload, withVector } from './selection.ts'
import { payloadPath } from './tag.ts'
import { example, searchVector } from './vector.ts'

type RuleOf = (space: TenantSpace) => Rule

/** What every search has. */
const SELECTION = {
  'shard_key?': shardKey,
  'filter?': nullable(filter),
  'params?': nullable(searchParams),
  'with_payload?': withPayload,
  'with_vector?': withVector,
}
const WITH_VECTORS = { 'with_vectors?': withVector }
const THRESHOLD = { 'score_threshold?': nullable(anyNumber) }
const PAGE = {
  'limit?': nullable(integer(1, MAX_LIMIT)),
  'offset?': nullable(integer(0, MAX_OFFSET)),
}
/** The older forms want a limit, by one of two names. */
const OLD_PAGE = { ...PAGE, 'top?': integer(1, MAX_LIMIT) }

const lookupFrom = (space: TenantSpace) => ({
  'lookup_from?': nullable(
    members({
      collection: collectionName(space),
      'vector?': nullable(vectorName),
      'shard_key?': shardKey,
    }),
  ),
})

const groups = (space: TenantSpace) => ({
  group_by: payloadPath,
  'group_size?': nullable(integer(1, MAX_GROUP_SIZE)),
  'limit?': nullable(integer(1, MAX_GROUPS)),
  'with_lookup?': nullable((value) =>
    isJsonObject(value) ? lookup(space)(value) : collectionName(space)(value),
  ),
})

const lookup: RuleOf = (space) =>
  oneWithVector(
    members({
      collection: collectionName(space),
      'with_payload?': withPayload,
      'with_vector?': withVector,
      'with_vectors?': withVector,
    }),
  )

const old = (rule: Rule) => exactlyOne(['limit', 'top'], oneWithVector(rule))

export const search: RuleOf = () =>
  old(members({ vector: searchVector, ...SELECTION, ...WITH_VECTORS, ...THRESHOLD, ...OLD_PAGE }))

export const searchGroups: RuleOf = (space) =>
  oneWithVector(
    members({
      vector: searchVector,
      ...SELECTION,
      ...WITH_VECTORS,
      ...THRESHOLD,
      ...groups(space),
    }),
  )

const examples = list(example, { max: MAX_EXAMPLES })

const recommended = (space: TenantSpace) => ({
  'positive?': examples,
  'negative?': examples,
  'strategy?': nullable(STRATEGY),
  'using?': nullable(vectorName),
  ...SELECTION,
  ...WITH_VECTORS,
  ...THRESHOLD,
  ...lookupFrom(space),
})

export const recommend: RuleOf = (space) => old(members({ ...recommended(space), ...OLD_PAGE }))

export const recommendGroups: RuleOf = (space) =>
  oneWithVector(members({ ...recommended(space), ...groups(space) }))

export const discover: RuleOf = (space) =>
  old(
    members({
      'target?': nullable(example),
      'context?': nullable(
        list(members({ positive: example, negative: example }), { max: MAX_EXAMPLES }),
      ),
      'using?': nullable(vectorName),
      ...SELECTION,
      ...lookupFrom(space),
      ...OLD_PAGE,
    }),
  )

/** What a query and each of its prefetches have. */
const branch = (space: TenantSpace, depth: number) => ({
  'prefetch?': nullable(prefetches(space, depth)),
  'query?': nullable(query),
  'using?': nullable(vectorName),
  'filter?': nullable(filter),
  'params?': nullable(searchParams),
  ...THRESHOLD,
  'limit?': nullable(integer(1, MAX_LIMIT)),
  ...lookupFrom(space),
})

function prefetches(space: TenantSpace, depth: number): Rule {
  return (value) => {
    if (depth >= MAX_PREFETCH_DEPTH) return fault(`is nested deeper than ${MAX_PREFETCH_DEPTH}`)
    return oneOrMany(members(branch(space, depth + 1)), MAX_PREFETCHES)(value)
  }
}

export const universal: RuleOf = (space) =>
  few(
    oneWithVector(
      members({ ...branch(space, 0), ...SELECTION, ...WITH_VECTORS, ...THRESHOLD, ...PAGE }),
    ),
  )

export const universalGroups: RuleOf = (space) =>
  few(members({ ...branch(space, 0), ...SELECTION, ...groups(space) }))

/** Several searches of one kind. */
export function batchOf(rule: RuleOf): RuleOf {
  return (space) => members({ searches: list(rule(space), { min: 1, max: MAX_SEARCHES }) })
}

export const matrix: RuleOf = () =>
  members({
    'shard_key?': shardKey,
    'filter?': nullable(filter),
    'sample?': nullable(integer(2, MAX_MATRIX_SAMPLE)),
    'limit?': nullable(integer(1, MAX_MATRIX_LIMIT)),
    'using?': nullable(vectorName),
  })

/** Bounds the prefetches of all levels together. */
function few(rule: Rule): Rule {
  return (value) => {
    const wrong = rule(value)
    if (wrong !== null || !isJsonObject(value)) return wrong
    return countPrefetches(value['prefetch']) <= MAX_PREFETCHES
      ? null
      : within('prefetch', fault(`must be at most ${MAX_PREFETCHES} on all levels`))
  }
}

function countPrefetches(value: Json | undefined): number {
  const nodes = isJsonArray(value) ? value : isJsonObject(value) ? [value] : []
  let count = nodes.length
  for (const node of nodes) if (isJsonObject(node)) count += countPrefetches(node['prefetch'])
  return count
}
