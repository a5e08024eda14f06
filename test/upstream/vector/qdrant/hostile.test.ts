// The corpus itself: that it is well formed, and that it bites. A naive gateway, which only puts a
// prefix before the collection in the path, must be seen to leak by it.
import { expect, test } from 'vitest'
import { type QdrantStandIn, startQdrant } from '../../../support/qdrant/server.ts'
import { sendRaw } from '../../../support/raw-http.ts'
import { type HostileContext, type HostileRequest, hostileRequests } from './hostile.ts'

const SECRET = 'what-only-the-victim-knows'
const context: HostileContext = {
  prefix: '/qdrant',
  logical: 'docs',
  physical: 'tenant_victim_docs',
  ownPhysical: 'tenant_mallory_docs',
  alias: 'live',
  physicalAlias: 'tenant_victim_live',
  victimPointId: '7',
  ownPointId: '1',
  victimTenant: 'victim',
}
const corpus = hostileRequests(context)

/** A server with what the context describes. */
async function furnished(): Promise<QdrantStandIn> {
  const qdrant = await startQdrant({ apiKey: null })
  const call = async (method: string, path: string, body: unknown): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    await fetch(`${qdrant.url}${path}`, { method, headers, body: JSON.stringify(body) })
  }
  for (const [tenant, id, secret] of [
    ['victim', 7, SECRET],
    ['mallory', 1, 'mine'],
  ] as const) {
    const name = `tenant_${tenant}_docs`
    await call('PUT', `/collections/${name}`, { vectors: { size: 2, distance: 'Dot' } })
    const points = [{ id, vector: [1, 0], payload: { n: 7, secret } }]
    await call('PUT', `/collections/${name}/points?wait=true`, { points })
    const alias = { collection_name: name, alias_name: `tenant_${tenant}_live` }
    await call('POST', '/collections/aliases', { actions: [{ create_alias: alias }] })
  }
  return qdrant
}

/** What the naive gateway makes of a target. */
const prefixed = (target: string): string =>
  target
    .replace(/^\/qdrant/, '')
    .replace(/^\/collections\/(?!aliases$)([^/?]+)/, '/collections/tenant_mallory_$1')

async function throughNaiveGateway(url: string, request: HostileRequest): Promise<string> {
  const body = Buffer.from(request.body ?? '')
  const head = [
    `${request.method} ${prefixed(request.target)} HTTP/1.1`,
    `host: qdrant`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${body.length}`,
  ]
  const start = Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
  return (await sendRaw(url, Buffer.concat([start, body]))).text
}

test('holds at least 230 requests, and many of each kind', () => {
  const counts = new Map<string, number>()
  for (const { kind } of corpus) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  expect(corpus.length).toBeGreaterThanOrEqual(230)
  expect([...counts].filter(([, count]) => count < 30)).toEqual([])
  expect([...counts.keys()]).toEqual([
    'probe',
    'path',
    'lookup',
    'array',
    'tag',
    'node',
    'transport',
    'body',
    'alias',
    'batch',
    'name',
  ])
})

test('gives every request a title of its own within its kind', () => {
  const titles = corpus.map(({ kind, title }) => `${kind}: ${title}`)
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([])
})

test('sends only targets and headers that are one line and one byte a character', () => {
  const bad = corpus.filter(({ method, target, headers = [] }) => {
    const line = [method, target].join('')
    const values = headers.flat().join('')
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for.
    return /[\s\x00-\x1f\x7f]|[^\x00-\xff]/.test(line) || /[\r\n]|[^\x00-\xff]/.test(values)
  })
  expect(bad).toEqual([])
})

test('makes the requests of one probe differ in the name alone', () => {
  const probes = Map.groupBy(
    corpus.filter(({ probe }) => probe !== undefined),
    ({ probe }) => probe?.of,
  )
  const shapes = [...probes.values()].map((group) => {
    const shape = ({ method, target, body, probe }: HostileRequest): string =>
      [method, target, String(body)].join(' ').replaceAll(probe?.name ?? '', '<name>')
    return [group.length, new Set(group.map(shape)).size]
  })
  expect(shapes.length).toBeGreaterThan(15)
  expect(shapes.filter(([size, different]) => size !== 3 || different !== 1)).toEqual([])
})

test('shows the leaks of a gateway that only puts a prefix before the name', async () => {
  const leaks: HostileRequest[] = []
  let qdrant = await furnished()
  const pristine = JSON.stringify(qdrant.state())
  for (const request of corpus) {
    const [start, noted] = [qdrant.requests.length, qdrant.noted.length]
    const answer = await throughNaiveGateway(qdrant.url, request)
    qdrant.flush()
    const touched = qdrant.requests.slice(start).flatMap((each) => each.touched)
    const foreign = touched.some((name) => !name.startsWith('tenant_mallory_'))
    const reached = qdrant.noted.length > noted
    if (foreign || reached || answer.includes(SECRET)) leaks.push(request)
    if (JSON.stringify(qdrant.state()) !== pristine) {
      await qdrant.close()
      qdrant = await furnished()
    }
  }
  await qdrant.close()
  const counts = Map.groupBy(leaks, ({ kind }) => kind)
  const found = Object.fromEntries([...counts].map(([kind, all]) => [kind, all.length]))
  expect(found).toEqual({
    probe: 14,
    path: 5,
    lookup: 34,
    array: 27,
    node: 78,
    transport: 1,
    body: 9,
    alias: 8,
    name: 1,
  })
}, 60_000)
