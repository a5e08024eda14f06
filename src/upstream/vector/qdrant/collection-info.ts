/** What a tenant is told of its collection: what it has configured itself, and the figures. */
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { pick } from './exchange.ts'
import { TAG } from './tag.ts'

const FIGURES = ['status', 'indexed_vectors_count', 'points_count', 'segments_count'] as const

const PARAMS = [
  'vectors',
  'sparse_vectors',
  'shard_number',
  'replication_factor',
  'write_consistency_factor',
  'on_disk_payload',
  'payload',
]
const CONFIG = [
  'hnsw_config',
  'optimizer_config',
  'wal_config',
  'quantization_config',
  'metadata',
] as const

export function rebuildInfo(info: Json): JsonObject {
  const given = isJsonObject(info) ? info : {}
  const config = given['config'] ?? null
  const params = isJsonObject(config) ? (config['params'] ?? null) : null
  return {
    ...pick(given, FIGURES),
    // Its text would be of files and other internals of a node.
    optimizer_status: given['optimizer_status'] === 'ok' ? 'ok' : { error: 'optimization failed' },
    config: { params: pick(params, PARAMS), ...pick(config, CONFIG) },
    payload_schema: withoutTag(given['payload_schema']),
  }
}

/** The index of the tag is the gateway's. */
function withoutTag(schema: Json | undefined): Json {
  if (!isJsonObject(schema)) return {}
  const kept = Object.entries(schema).filter(([field]) => field !== TAG)
  return Object.fromEntries(kept.map(([field, index]) => [field, rebuildIndex(index)]))
}

function rebuildIndex(index: Json): JsonObject {
  return pick(index, ['data_type', 'params', 'points'])
}

/** Names of the vectors that a collection has. */
export function vectorNamesOf(info: Json): readonly string[] {
  const { config } = rebuildInfo(info)
  const params = isJsonObject(config) ? config['params'] : undefined
  if (!isJsonObject(params)) return []
  return [params['vectors'], params['sparse_vectors']].flatMap((named) =>
    isJsonObject(named) ? Object.keys(named) : [],
  )
}
