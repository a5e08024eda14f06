// Everything that is the node's, the cluster's or the operator's, by every method.
import { type HostileClass, type HostileRequest, requests } from './request.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

export const node: HostileClass = (context) => {
  const { prefix: p, logical, physical } = context
  const { make } = requests('node', context)
  const own = `${p}/collections/${logical}`
  const shard = `${own}/shards/0`
  const everyMethod = [
    `${p}/telemetry`,
    `${p}/metrics`,
    `${p}/cluster`,
    `${p}/cluster/recover`,
    `${p}/cluster/peer/1`,
    `${p}/cluster/metadata/keys`,
    `${p}/cluster/metadata/keys/x`,
    `${p}/cluster/telemetry`,
    `${p}/snapshots`,
    `${p}/snapshots/full.snapshot`,
    `${p}/issues`,
    `${p}/quotas`,
    `${p}/locks`,
    `${p}/logger`,
    `${p}/stacktrace`,
    `${p}/debugger`,
    `${p}/profiler/slow_requests`,
    `${p}/audit/logs`,
    `${p}/dashboard`,
    `${own}/snapshots`,
    `${own}/snapshots/upload`,
    `${own}/snapshots/recover`,
    `${own}/snapshots/a.snapshot`,
    `${own}/cluster`,
    `${own}/shards`,
    `${own}/shards/delete`,
    `${own}/truncate_unapplied_wal`,
    `${own}/debug`,
    `${shard}/points`,
    `${shard}/points/scroll`,
    `${shard}/points/count`,
    `${shard}/cleanup`,
    `${shard}/wal`,
    `${shard}/recovery_point`,
    `${shard}/snapshot`,
    `${shard}/snapshots`,
    `${shard}/snapshots/recover`,
    `${shard}/snapshots/upload`,
    `${shard}/snapshots/a.snapshot`,
    `${shard}/snapshot/partial/create`,
    `${shard}/snapshot/partial/recover`,
    `${shard}/snapshot/partial/recover_from`,
    `${shard}/snapshot/partial/manifest`,
  ]
  const recover = '{"location":"http://127.0.0.1:1/a.snapshot","priority":"snapshot"}'
  const asked = everyMethod.flatMap((target) =>
    METHODS.map((method): HostileRequest => {
      const body = method === 'GET' ? {} : { body: target.endsWith('recover') ? recover : '{}' }
      return make(`${method} ${target.slice(p.length)}`, method, target, 'refused', body)
    }),
  )
  const get = (title: string, target: string): HostileRequest =>
    make(title, 'GET', target, 'refused')
  const file = JSON.stringify({ location: 'file:///qdrant/storage/collections' })
  return [
    ...asked,
    get('a snapshot of the victim', `${p}/collections/${physical}/snapshots/a.snapshot`),
    get('a snapshot by a way up', `${p}/snapshots/..%2f..%2fetc%2fpasswd`),
    get('metrics of every collection', `${p}/metrics?per_collection=true`),
    get('telemetry of every collection', `${p}/telemetry?details_level=10&per_collection=true`),
    get('telemetry with a doubled slash', `${p}//telemetry`),
    get('metrics with a trailing slash', `${p}/metrics/`),
    get('metrics in hex', `${p}/%6detrics`),
    get('metrics in capitals', `${p}/METRICS`),
    get('the web page of the node', `${p}/dashboard/index.html`),
    get('the page of a path above', `${p}/dashboard/../telemetry`),
    get('the optimizations of the victim', `${p}/collections/${physical}/optimizations`),
    get('the memory of the victim', `${p}/collections/${physical}/memory`),
    get('the cluster of the victim', `${p}/collections/${physical}/cluster`),
    get('a description of the interface', `${p}/openapi.json`),
    get('no such route', `${p}/nothing`),
    get('no such route below the collection', `${own}/nothing`),
    get('no such route below the points', `${own}/points/1/nothing`),
    make('a recovery from a file', 'PUT', `${own}/snapshots/recover`, 'refused', { body: file }),
    make('a move of a shard', 'POST', `${own}/cluster`, 'refused', {
      body: '{"move_shard":{"shard_id":0,"from_peer_id":1,"to_peer_id":2}}',
    }),
  ]
}
