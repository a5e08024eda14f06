/**
 * Configuration of a collection's index. The service takes any figure, and an index is in the memory
 * of the server that all tenants share: each one is bounded here.
 */
import { isRawNumber, writeJson } from '../../json.ts'
import {
  anyObject,
  fault,
  integer,
  members,
  nullable,
  oneOf,
  type Rule,
  tagged,
  text,
} from '../../rules.ts'
import {
  MAX_EMBEDDING_FUNCTION_NAME_CHARACTERS,
  MAX_NEIGHBORS,
  MAX_POSTINGS,
  MAX_PROBES,
  MAX_RESIZE_FACTOR,
  MAX_SEARCH_WIDTH,
  MAX_THREADS,
  MAX_UNSYNCED_RECORDS,
} from './bounds.ts'

/** `1.0` comes as a raw number. */
const resizeFactor: Rule = (value) => {
  const factor = isRawNumber(value) ? Number(writeJson(value)) : value
  return typeof factor === 'number' && factor >= 1 && factor <= MAX_RESIZE_FACTOR
    ? null
    : fault(`must be a number from 1 to ${MAX_RESIZE_FACTOR}`)
}

/** Settings that have several names, according to where they stand. */
export const index = {
  space: oneOf('l2', 'cosine', 'ip'),
  searchWidth: integer(1, MAX_SEARCH_WIDTH),
  neighbors: integer(2, MAX_NEIGHBORS),
  threads: integer(1, MAX_THREADS),
  unsynced: integer(2, MAX_UNSYNCED_RECORDS),
  resizeFactor,
} as const satisfies Readonly<Record<string, Rule>>

/** Of the client's side: the service keeps it and never runs it. */
const embeddingFunction = tagged('type', {
  legacy: members({ type: oneOf('legacy') }),
  unknown: members({ type: oneOf('unknown') }),
  known: members({
    type: oneOf('known'),
    name: text({ max: MAX_EMBEDDING_FUNCTION_NAME_CHARACTERS }),
    config: anyObject,
  }),
})

const changeableHnsw = {
  'ef_search?': nullable(index.searchWidth),
  'max_neighbors?': nullable(index.neighbors),
  'num_threads?': nullable(index.threads),
  'batch_size?': nullable(index.unsynced),
  'sync_threshold?': nullable(index.unsynced),
  'resize_factor?': nullable(index.resizeFactor),
}

const changeableSpann = {
  'ef_search?': nullable(index.searchWidth),
  'search_nprobe?': nullable(integer(1, MAX_PROBES)),
}

export const newConfiguration: Rule = members({
  'hnsw?': nullable(
    members({
      ...changeableHnsw,
      'space?': nullable(index.space),
      'ef_construction?': nullable(index.searchWidth),
    }),
  ),
  'spann?': nullable(
    members({
      ...changeableSpann,
      'space?': nullable(index.space),
      'ef_construction?': nullable(index.searchWidth),
      'max_neighbors?': nullable(index.neighbors),
      'write_nprobe?': nullable(integer(1, MAX_PROBES)),
      'reassign_neighbor_count?': nullable(integer(1, MAX_PROBES)),
      'split_threshold?': nullable(integer(1, MAX_POSTINGS)),
      'merge_threshold?': nullable(integer(1, MAX_POSTINGS)),
    }),
  ),
  'embedding_function?': nullable(embeddingFunction),
  // The JavaScript client repeats its own option beside what it makes of it; not passed on.
  'embeddingFunction?': nullable(anyObject),
})

export const changedConfiguration: Rule = members({
  'hnsw?': nullable(members(changeableHnsw)),
  'spann?': nullable(members(changeableSpann)),
  'embedding_function?': nullable(embeddingFunction),
})
