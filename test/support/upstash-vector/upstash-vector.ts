// A stand-in for Upstash Vector: one dense index with a (toy) embedding model. Built from the
// published API description (upstash/docs, August 2026: vector/api, vector/features) and from what
// `@upstash/vector` 1.2.3 sends.
//
// Its traps are kept open: one token reaches every namespace; without a last path segment it is the
// default namespace, everybody's; the uuid of a resumable query is all that going on with it takes,
// and is easily guessed; `reset?all`; `info` and `list-namespaces` tell of all; `rename-namespace`
// names two in its body; every command by any method; the lenient path.
// Its limits: exact search, doubles, counted at once (nothing is ever pending); dense vectors only;
// resumable queries never idle out; `random` gives the first record; no limits of size or rate; the
// wording of errors is its own where the description has none.
import { readTarget } from '../vector/lenient-path.ts'
import { type RecordedRequest, type StandIn, startStandIn } from '../vector/stand-in.ts'
import * as command from './command.ts'
import { refuse } from './errors.ts'
import { IndexData } from './index-data.ts'
import { ResumableQueries } from './resumable-queries.ts'

export interface UpstashVectorStandIn extends StandIn {
  readonly token: string
}

interface Index {
  readonly data: IndexData
  readonly queries: ResumableQueries
}

const METHODS = ['DELETE', 'GET', 'HEAD', 'POST', 'PUT']

export async function startUpstashVector(dimension = 3): Promise<UpstashVectorStandIn> {
  const token = 'upstash-token-of-the-tests'
  const standIn = await startStandIn(() => {
    const index = { data: new IndexData(dimension), queries: new ResumableQueries() }
    return {
      refuse: ({ authorization }) =>
        authorization === `Bearer ${token}`
          ? null
          : { status: 401, body: { error: 'Unauthorized: Invalid auth token', status: 401 } },
      answer: (request) => ({ status: 200, body: { result: perform(index, request) } }),
      dump: () => ({ namespaces: index.data.dump(), queries: index.queries.dump() }),
    }
  })
  return { ...standIn, token }
}

function perform({ data, queries }: Index, { method, target, body }: RecordedRequest): unknown {
  if (!METHODS.includes(method)) refuse(405, `Method ${method} is not allowed`)
  const { segments, query } = readTarget(target)
  const [name = '', namespace = '', ...beyond] = segments
  if (beyond.length > 0) refuse(404, 'Not found')
  switch (name) {
    case 'upsert':
      return data.upsert(namespace, command.readCommand(command.oneOrMore(command.Record), body))
    case 'upsert-data':
      return data.upsertData(
        namespace,
        command.readCommand(command.oneOrMore(command.RawRecord), body),
      )
    case 'query':
    case 'query-data': {
      const asked = command.readCommand(command.oneOrMore(command.Query), body)
      const found = asked.map((one) => data.rank(namespace, one).slice(0, one.topK))
      return found.length === 1 ? found[0] : found
    }
    case 'fetch':
      return data.fetch(namespace, command.readCommand(command.Fetch, body))
    case 'random':
      return data.random(namespace)
    case 'range':
      return data.range(namespace, command.readCommand(command.Range, body))
    case 'delete':
      return data.delete(namespace, command.readCommand(command.Delete, body))
    case 'update':
      return data.update(namespace, command.readCommand(command.Update, body))
    case 'reset':
      if (query.has('all')) for (const each of data.names) data.reset(each)
      return data.reset(namespace)
    case 'delete-namespace':
      return data.deleteNamespace(namespace)
    case 'rename-namespace':
      return data.rename(command.readCommand(command.Rename, body))
    case 'list-namespaces':
      return data.names
    case 'info':
      return data.info()
    case 'resumable-query':
    case 'resumable-query-data': {
      const asked = command.readCommand(command.Query, body)
      return queries.start(data.rank(namespace, asked), asked.topK)
    }
    case 'resumable-query-next': {
      const { uuid, additionalK } = command.readCommand(command.Resume, body)
      return queries.next(uuid, additionalK)
    }
    case 'resumable-query-end':
      return queries.end(command.readCommand(command.Stop, body).uuid)
    default:
      return refuse(404, 'Not found')
  }
}
