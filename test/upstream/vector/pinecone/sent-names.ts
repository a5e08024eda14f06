// Every place of a request to Pinecone in which a namespace stands, or the start of one.
import type { RecordedRequest } from '../../../support/vector/stand-in.ts'
import { readTarget } from '../../../support/vector/lenient-path.ts'

const IN_BODY = [
  'POST /vectors/upsert',
  'POST /vectors/update',
  'POST /vectors/delete',
  'POST /vectors/fetch_by_metadata',
  'POST /query',
]
const IN_QUERY = ['GET /vectors/fetch', 'GET /vectors/list']

/** null for a request that is none of those that the gateway sends. */
export function namesIn({
  method,
  target,
  body,
}: Pick<RecordedRequest, 'method' | 'target' | 'body'>): readonly string[] | null {
  const { segments, query } = readTarget(target)
  const route = `${method} /${segments.join('/')}`
  const [first, second, third] = segments
  if (IN_BODY.includes(route)) return memberOf(body, 'namespace')
  if (IN_QUERY.includes(route)) return atLeastOne(query.getAll('namespace'))
  if (route === 'GET /namespaces') return atLeastOne(query.getAll('prefix'))
  if (route === 'POST /namespaces') return memberOf(body, 'name')
  if (first === 'namespaces' && segments.length === 2) return [second ?? '']
  if (first === 'records' && second === 'namespaces') return [third ?? '']
  return route === 'POST /describe_index_stats' ? [] : null
}

function memberOf(body: string, name: string): readonly string[] | null {
  const message: unknown = JSON.parse(body)
  const isMessage = typeof message === 'object' && message !== null && !('queries' in message)
  const value = isMessage ? Object.entries(message).find(([key]) => key === name)?.[1] : undefined
  return typeof value === 'string' ? [value] : null
}

/** Without one the service takes the index's own default namespace, or lists all. */
function atLeastOne(names: readonly string[]): readonly string[] | null {
  return names.length > 0 ? names : null
}
