// A vector service: a search of about 10 KB, and a write of about 1 MB, as Qdrant's clients send them.
import type { Ask, Suite, Workload } from './suite.ts'
import type { Call } from './tenant.ts'
import { shownQueryAnswer, shownUpsertAnswer, vectorAnswer } from './vector-answers.ts'

const POINTS = 256
const UPSERT_DIMENSIONS = 384
const QUERY_DIMENSIONS = 768
const END = '"time":0.001}'

const query = ask(
  'POST',
  '/qdrant/collections/passages/points/query',
  queryBody(),
  shownQueryAnswer,
)
const upsert = ask('PUT', '/qdrant/collections/notes/points', upsertBody(), shownUpsertAnswer)

const workloads: readonly Workload[] = [
  { name: 'query 10 KB, 1 connection', ask: query, connections: 1 },
  { name: 'query 10 KB, 16', ask: query, connections: 16 },
  { name: 'upsert 1 MB, 1 connection', ask: upsert, connections: 1 },
  { name: 'upsert 1 MB, 16', ask: upsert, connections: 16 },
]

export const vector: Suite = {
  upstream: 'vector-upstream.ts',
  bindings: (upstreamUrl) => ({
    UPSTREAM_QDRANT_URL: upstreamUrl,
    UPSTREAM_QDRANT_KEY: 'bench-upstream-key',
  }),
  prepare,
  workloads,
  warmUps: [
    { name: 'warm-up', ask: query, connections: 16 },
    { name: 'warm-up', ask: upsert, connections: 4 },
  ],
  counted: { query, upsert },
  answer,
}

async function prepare(call: Call, key: string): Promise<number> {
  const collections = Object.entries({ passages: QUERY_DIMENSIONS, notes: UPSERT_DIMENSIONS })
  for (const [name, size] of collections) {
    const answer = await call(`/qdrant/collections/${name}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'api-key': key },
      body: JSON.stringify({ vectors: { size, distance: 'Cosine' } }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`collection ${name}: ${answer.status} ${text}`)
  }
  return collections.length
}

function ask(method: Ask['method'], path: string, body: string, shown: string): Ask {
  // The gateway's answer is the shorter one: the tag is not in it.
  return { method, path, body, expect: { minBytes: shown.length, end: END }, answerSeconds: 0 }
}

function queryBody(): string {
  return `{"query":${numbers(QUERY_DIMENSIONS, 10)},"limit":10,"with_payload":true}`
}

function upsertBody(): string {
  const points = Array.from({ length: POINTS }, (_, at) => {
    const payload = JSON.stringify({ title: `Note ${at}`, page: at })
    return `{"id":${at + 1},"vector":${numbers(UPSERT_DIMENSIONS, 7)},"payload":${payload}}`
  })
  return `{"points":[${points.join(',')}]}`
}

/** A list of numbers between -1 and 1 with so many places, as JSON. */
function numbers(count: number, places: number): string {
  return `[${Array.from({ length: count }, (_, at) => Math.sin(at + 1).toFixed(places)).join(',')}]`
}

async function answer(request: Request): Promise<Response> {
  const text = vectorAnswer(request.method, new URL(request.url).pathname)
  await request.arrayBuffer()
  if (text === null) return new Response(null, { status: 404 })
  return new Response(text, { headers: { 'content-type': 'application/json' } })
}
