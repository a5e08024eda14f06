// Routes about the node, the cluster and snapshots. They answer something of the right shape, change
// nothing, and NOTE that they were reached: no tenant's request may ever get here.
import { collectionIn, nameIn } from './collection-routes.ts'
import { toJson } from './json.ts'
import { type Answer, type Call, type Route, route } from './route.ts'

const COLLECTION = '/collections/{collection_name}'
const SHARD = `${COLLECTION}/shards/{shard}`

const done: Answer = { result: true }

function noted(method: string, path: string, answer: (call: Call) => Answer = () => done): Route {
  return route(method, path, (call) => {
    call.note(`${method} ${path}`)
    return answer(call)
  })
}

const ofCollection =
  (answer: (call: Call) => Answer) =>
  (call: Call): Answer => {
    collectionIn(call)
    return answer(call)
  }

const names = ({ database }: Call): string[] => database.list()

const snapshot = (of: string): Answer => ({
  result: toJson({
    name: `${of}-2026-01-01-00-00-00.snapshot`,
    size: 512,
    creation_time: null,
    checksum: null,
  }),
})

const telemetry = (call: Call): Answer => ({
  result: toJson({
    id: 'stand-in',
    app: { name: 'qdrant', version: '1.19.0' },
    collections: {
      number_of_collections: names(call).length,
      collections: names(call).map((id) => ({ id })),
    },
  }),
})

const metrics = ({ database }: Call): Answer => {
  database.list()
  const points = [...database.collections.values()].map(
    ({ name, points: all }) => `collection_points{id="${name}"} ${all.size}`,
  )
  return { text: [`collections_total ${points.length}`, ...points, ''].join('\n') }
}

const peers = { result: toJson({ status: 'disabled' }) }

/** Whole raw data, which is what a snapshot is. */
const rawData = (call: Call): Answer => {
  const { points } = collectionIn(call)
  return { text: [...points.keys()].join('\n') }
}

export const openRoutes: readonly Route[] = [
  route('GET', '/', () => ({
    bare: toJson({ title: 'qdrant - vector search engine', version: '1.19.0', commit: 'stand-in' }),
  })),
  route('GET', '/healthz', () => ({ text: 'healthz check passed' })),
  route('GET', '/livez', () => ({ text: 'healthz check passed' })),
  route('GET', '/readyz', () => ({ text: 'all shards are ready' })),
]

export const nodeRoutes: readonly Route[] = [
  noted('GET', '/telemetry', telemetry),
  noted('GET', '/metrics', metrics),
  noted('GET', '/cluster/telemetry', telemetry),
  noted('GET', '/issues', (call) => ({
    result: toJson({ issues: names(call).map((name) => ({ code: `UNINDEXED_FIELD/${name}` })) }),
  })),
  noted('DELETE', '/issues'),
  noted('GET', '/profiler/slow_requests', (call) => ({
    result: toJson({ requests: names(call).map((collection_name) => ({ collection_name })) }),
  })),
  noted('POST', '/audit/logs', (call) => ({ result: toJson({ entries: names(call) }) })),
  noted('GET', '/quotas', () => ({ result: toJson({ config: {}, usage: {} }) })),
  noted('PUT', '/quotas'),
  noted('GET', '/locks', () => ({ result: toJson({ error_message: null, write: false }) })),
  noted('POST', '/locks'),
  noted('GET', '/logger', () => ({ result: toJson({ log_level: 'INFO' }) })),
  noted('POST', '/logger'),
  noted('GET', '/stacktrace', () => ({ result: toJson({ threads: [] }) })),
  noted('GET', '/debugger', () => ({ result: toJson({}) })),
  noted('PATCH', '/debugger'),
  noted('GET', '/dashboard', () => ({ text: '<!doctype html><title>Qdrant Web UI</title>' })),
  noted('GET', '/cluster', () => peers),
  noted('POST', '/cluster/recover'),
  noted('DELETE', '/cluster/peer/{peer_id}'),
  noted('GET', '/cluster/metadata/keys', () => ({ result: [] })),
  noted('GET', '/cluster/metadata/keys/{key}', () => ({ result: null })),
  noted('PUT', '/cluster/metadata/keys/{key}'),
  noted('DELETE', '/cluster/metadata/keys/{key}'),
  noted('GET', '/snapshots', () => ({ result: [] })),
  noted('POST', '/snapshots', () => snapshot('full')),
  noted('GET', '/snapshots/{snapshot_name}', () => ({ text: 'all collections' })),
  noted('DELETE', '/snapshots/{snapshot_name}'),
  noted(
    'GET',
    `${COLLECTION}/snapshots`,
    ofCollection(() => ({ result: [] })),
  ),
  noted(
    'POST',
    `${COLLECTION}/snapshots`,
    ofCollection((call) => snapshot(nameIn(call))),
  ),
  noted('POST', `${COLLECTION}/snapshots/upload`),
  noted('PUT', `${COLLECTION}/snapshots/recover`),
  noted('GET', `${COLLECTION}/snapshots/{snapshot_name}`, rawData),
  noted(
    'DELETE',
    `${COLLECTION}/snapshots/{snapshot_name}`,
    ofCollection(() => done),
  ),
  noted(
    'GET',
    `${COLLECTION}/optimizations`,
    ofCollection(() => ({ result: toJson({ summary: {} }) })),
  ),
  noted(
    'GET',
    `${COLLECTION}/memory`,
    ofCollection(() => ({ result: toJson({}) })),
  ),
  noted(
    'GET',
    `${COLLECTION}/cluster`,
    ofCollection(() => ({
      result: toJson({
        peer_id: 1,
        shard_count: 1,
        local_shards: [],
        remote_shards: [],
        shard_transfers: [],
      }),
    })),
  ),
  noted(
    'POST',
    `${COLLECTION}/cluster`,
    ofCollection(() => done),
  ),
  noted(
    'GET',
    `${COLLECTION}/shards`,
    ofCollection(() => ({ result: toJson({ shard_keys: [] }) })),
  ),
  noted(
    'PUT',
    `${COLLECTION}/shards`,
    ofCollection(() => done),
  ),
  noted(
    'POST',
    `${COLLECTION}/shards/delete`,
    ofCollection(() => done),
  ),
  noted(
    'POST',
    `${COLLECTION}/truncate_unapplied_wal`,
    ofCollection(() => done),
  ),
  noted(
    'POST',
    `${COLLECTION}/debug`,
    ofCollection(() => done),
  ),
  noted('POST', `${SHARD}/points`, rawData),
  noted('POST', `${SHARD}/points/scroll`, rawData),
  noted('POST', `${SHARD}/points/count`, rawData),
  noted(
    'POST',
    `${SHARD}/cleanup`,
    ofCollection(() => done),
  ),
  noted('GET', `${SHARD}/wal`, rawData),
  noted(
    'GET',
    `${SHARD}/recovery_point`,
    ofCollection(() => ({ result: toJson({}) })),
  ),
  noted(
    'GET',
    `${SHARD}/snapshots`,
    ofCollection(() => ({ result: [] })),
  ),
  noted(
    'POST',
    `${SHARD}/snapshots`,
    ofCollection((call) => snapshot(nameIn(call))),
  ),
  noted('GET', `${SHARD}/snapshot`, rawData),
  noted('PUT', `${SHARD}/snapshots/recover`),
  noted('POST', `${SHARD}/snapshots/upload`),
  noted('GET', `${SHARD}/snapshots/{snapshot}`, rawData),
  noted(
    'DELETE',
    `${SHARD}/snapshots/{snapshot}`,
    ofCollection(() => done),
  ),
  noted('POST', `${SHARD}/snapshot/partial/create`, rawData),
  noted('POST', `${SHARD}/snapshot/partial/recover`),
  noted('POST', `${SHARD}/snapshot/partial/recover_from`),
  noted('GET', `${SHARD}/snapshot/partial/manifest`, rawData),
]
