// A stand-in for Pinecone: one index, its data plane and the control plane that tells of it, at one
// URL. Built from the published API description (pinecone-io/pinecone-api, 2026-04: OpenAPI and the
// proto with its HTTP bindings) and from what `@pinecone-database/pinecone` 9.0.0 sends.
//
// Its traps are kept open: every namespace of the index in reach of the one key; an absent, '' or
// `__default__` namespace shared by all; a deprecated `queries[]` in which each query may name its own
// namespace; pagination tokens that decide the namespace; the proto's second bindings (`DELETE
// /vectors/delete` and `GET /describe_index_stats` by query); snake_case spellings; the lenient path.
// Its limits: exact search instead of approximate, consistent at once, doubles instead of 32-bit
// floats; no documents API, inference, backups or collections; no limits of size or rate; imports are
// noted and import nothing; the wording of errors is its own where the description has none.
import { readTarget } from '../vector/lenient-path.ts'
import {
  type RecordedRequest,
  type StandIn,
  type StandInAnswer,
  startStandIn,
} from '../vector/stand-in.ts'
import { answerImports, answerIndexes, type Control } from './control.ts'
import { refuse } from './errors.ts'
import { DEFAULT_NAMESPACE, IndexData, type Metric, nameOf } from './index-data.ts'
import * as message from './message.ts'
import { takePage } from './page-token.ts'
import { searchRecords, upsertRecords } from './records.ts'

export interface PineconeStandIn extends StandIn {
  readonly apiKey: string
  readonly indexName: string
}

export interface PineconeOptions {
  readonly dimension?: number
  readonly metric?: Metric
}

export async function startPinecone(options: PineconeOptions = {}): Promise<PineconeStandIn> {
  const { dimension = 3, metric = 'cosine' } = options
  const [apiKey, indexName] = ['pinecone-key-of-the-tests', 'tests']
  const standIn = await startStandIn((url) => {
    const data = new IndexData(dimension, metric)
    const control: Control = { url, name: indexName, data, deleted: false, imports: [] }
    return {
      refuse: (headers) =>
        headers['api-key'] === apiKey ? null : { status: 401, body: 'Unauthorized' },
      answer: (request) => answer(control, request),
      dump: () => ({
        index: control.deleted ? null : indexName,
        namespaces: data.dump(),
        imports: control.imports,
      }),
    }
  })
  return { ...standIn, apiKey, indexName }
}

function answer(control: Control, { method, target, body }: RecordedRequest): StandInAnswer {
  const { segments, query } = readTarget(target)
  const [first, second, third, fourth] = segments
  if (first === 'indexes') return answerIndexes(control, method, second)
  if (control.deleted) refuse(5, 'Index not found')
  if (first === 'bulk' && second === 'imports') return answerImports(control, method, third, body)
  if (first === 'namespaces') return answerNamespaces(control.data, method, second, query, body)
  if (first === 'records' && second === 'namespaces' && method === 'POST') {
    return answerRecords(control.data, nameOf(third), fourth, body)
  }
  const found = vectorOperation(control.data, `${method} /${segments.join('/')}`, query, body)
  return found === null ? { status: 404, body: 'Not Found' } : { status: 200, body: found }
}

function vectorOperation(
  data: IndexData,
  operation: string,
  query: URLSearchParams,
  body: string,
): object | null {
  switch (operation) {
    case 'POST /vectors/upsert':
      return data.upsert(message.readMessage(message.Upsert, body))
    case 'POST /query':
      return data.query(message.readMessage(message.Query, body))
    case 'POST /vectors/update':
      return data.update(message.readMessage(message.Update, body))
    case 'POST /vectors/delete':
      return data.delete(message.readMessage(message.Delete, body))
    case 'DELETE /vectors/delete':
      return data.delete(message.readMessage(message.Delete, JSON.stringify(fromQuery(query))))
    case 'POST /vectors/fetch_by_metadata':
      return data.fetchByMetadata(message.readMessage(message.FetchByMetadata, body))
    case 'POST /describe_index_stats':
      return data.stats(message.readMessage(message.Stats, body).filter)
    case 'GET /describe_index_stats':
      return data.stats(null)
    case 'GET /vectors/fetch':
      return data.fetch(query.get('namespace'), query.getAll('ids'))
    case 'GET /vectors/list': {
      const token = query.get('paginationToken') ?? query.get('pagination_token')
      return data.list(query.get('namespace'), query.get('prefix') ?? '', limitOf(query), token)
    }
    default:
      return null
  }
}

function answerNamespaces(
  data: IndexData,
  method: string,
  name: string | undefined,
  query: URLSearchParams,
  body: string,
): StandInAnswer {
  if (name === undefined && method === 'POST') {
    const asked = message.readMessage(message.CreateNamespace, body)
    data.create(asked.name)
    return { status: 200, body: { name: asked.name, record_count: '0' } }
  }
  if (name === undefined) return { status: 200, body: listNamespaces(data, query) }
  if (method === 'DELETE') {
    data.drop(name)
    return { status: 200, body: {} }
  }
  const count = data.countOf(name)
  if (count === undefined) return refuse(5, `Namespace ${name} not found`)
  return { status: 200, body: { name, record_count: `${count}` } }
}

function listNamespaces(data: IndexData, query: URLSearchParams): object {
  const prefix = query.get('prefix') ?? ''
  const token = query.get('paginationToken') ?? query.get('pagination_token')
  const asked = { namespace: DEFAULT_NAMESPACE, prefix, limit: limitOf(query) }
  const { members, pagination } = takePage(asked, token, () => data.names)
  return {
    namespaces: members.map((name) => ({ name, record_count: `${data.countOf(name) ?? 0}` })),
    ...(pagination === undefined ? {} : { pagination }),
    total_count: data.names.filter((name) => name.startsWith(prefix)).length,
  }
}

function answerRecords(
  data: IndexData,
  namespace: string,
  operation: string | undefined,
  body: string,
): StandInAnswer {
  if (operation === 'upsert') {
    upsertRecords(data, namespace, body)
    return { status: 201 }
  }
  if (operation !== 'search') return { status: 404, body: 'Not Found' }
  return { status: 200, body: searchRecords(data, namespace, body) }
}

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? '100')
  if (!(limit >= 1 && limit <= 100)) refuse(3, 'limit must be between 1 and 100')
  return limit
}

/** A message that came as query parameters, as the second bindings of the proto allow. */
function fromQuery(query: URLSearchParams): object {
  const single = Object.fromEntries(query)
  return { ...single, ids: query.getAll('ids') }
}
