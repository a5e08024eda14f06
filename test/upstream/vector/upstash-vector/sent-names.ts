// Every place of a request to Upstash Vector in which a namespace stands.
import type { RecordedRequest } from '../../../support/vector/stand-in.ts'
import { readTarget } from '../../../support/vector/lenient-path.ts'

const IN_NAMESPACE = [
  'upsert',
  'upsert-data',
  'query',
  'query-data',
  'fetch',
  'range',
  'delete',
  'update',
  'reset',
  'resumable-query',
  'resumable-query-data',
  'delete-namespace',
]
const IN_NONE = ['info', 'list-namespaces', 'resumable-query-next', 'resumable-query-end']

/** null for a request that is none of those that the gateway sends. */
export function namesIn({
  method,
  target,
}: Pick<RecordedRequest, 'method' | 'target'>): readonly string[] | null {
  const { segments } = readTarget(target)
  const [command = '', namespace] = segments
  if (method !== 'POST' || target.includes('?')) return null
  if (IN_NONE.includes(command)) return segments.length === 1 ? [] : null
  // Without a name it would be the index's own default namespace.
  if (!IN_NAMESPACE.includes(command) || segments.length !== 2) return null
  return [namespace ?? '']
}
