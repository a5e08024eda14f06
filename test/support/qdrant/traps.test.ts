// The traps of the server that the stand-in must not have lost: each once, over plain HTTP.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sendRaw } from '../raw-http.ts'
import { type QdrantStandIn, startQdrant } from './server.ts'

let qdrant: QdrantStandIn

beforeEach(async () => {
  qdrant = await startQdrant()
  for (const [name, vector] of [
    ['mine', '[1,0]'],
    ['victim', '[0,1]'],
  ] as const) {
    await ask('PUT', `/collections/${name}`, '{"vectors":{"size":2,"distance":"Dot"}}')
    const point = `{"id":7,"vector":${vector},"payload":{"secret":"of ${name}","n":7}}`
    await ask('PUT', `/collections/${name}/points?wait=true`, `{"points":[${point}]}`)
  }
})

afterEach(async () => qdrant.close())

interface Answer {
  readonly status: number
  readonly text: string
}

async function ask(method: string, target: string, body?: string): Promise<Answer> {
  const text = body === undefined ? '' : `content-type: application/json\r\n`
  const length = `content-length: ${Buffer.byteLength(body ?? '')}\r\n`
  const head = `${method} ${target} HTTP/1.1\r\nhost: q\r\nconnection: close\r\napi-key: ${qdrant.apiKey}\r\n`
  const raw = await sendRaw(qdrant.url, `${head}${text}${length}\r\n${body ?? ''}`)
  const [, ...rest] = raw.text.split('\r\n\r\n')
  return { status: raw.status ?? 0, text: rest.join('\r\n\r\n') }
}

const error = ({ text }: Answer): unknown => JSON.parse(text).status.error

test.each([
  ['lookup_from', '{"query":7,"lookup_from":["victim"]}'],
  [
    'a prefetch',
    '{"query":{"fusion":"rrf"},"prefetch":[[null,7,null,null,null,null,5,["victim"]]]}',
  ],
  ['with lookups', '{"query":7,"lookup_from":["victim",null,null]}'],
])('takes an array for the struct of %s', async (_, body) => {
  const { status, text } = await ask('POST', '/collections/mine/points/query', body)
  expect(status).toBe(200)
  expect(text).toContain('"id":7')
})

test('takes an array for with_lookup and gives away the other collection', async () => {
  const body = '{"query":[1,0],"group_by":"n","with_lookup":["victim",true]}'
  const { text } = await ask('POST', '/collections/mine/points/query/groups', body)
  expect(JSON.parse(text).result.groups[0].lookup.payload).toEqual({ secret: 'of victim', n: 7 })
})

test.each(['{"actions":[{"create_alias":["victim","taken"]}]}', '[[[["victim","taken"]]]]'])(
  'takes arrays for the structs of aliases: %s',
  async (body) => {
    expect((await ask('POST', '/collections/aliases', body)).status).toBe(200)
    expect((await ask('POST', '/collections/taken/points/scroll', '{}')).text).toContain(
      'of victim',
    )
  },
)

test.each([
  '{"operations":[[{"points":[{"id":8,"vector":[1,1]}]}]]}',
  '[[[{"points":[[8,[1,1],null]]}]]]',
  '{"operations":[{"delete":{"points":[7]},"upsert":{"points":[{"id":8,"vector":[1,1]}]}}]}',
])('takes this for an upsert: %s', async (body) => {
  const { status } = await ask('POST', '/collections/mine/points/batch?wait=true', body)
  expect(status).toBe(200)
  expect(Object.keys(qdrant.state().collections['mine']!.points)).toEqual(['id-7', 'id-8'])
})

test('insists on an object where the server flattens', async () => {
  const answer = await ask('POST', '/collections/mine/points/query', '[null,7]')
  expect(answer.status).toBe(400)
})

test('refuses an array that is too short or too long for its struct', async () => {
  for (const alias of ['["victim"]', '["victim","taken","more"]']) {
    const body = `{"actions":[{"create_alias":${alias}}]}`
    expect((await ask('POST', '/collections/aliases', body)).status).toBe(400)
  }
})

test('takes the batch and ignores the points when both are there', async () => {
  const body = '{"points":[{"id":1,"vector":[1,1]}],"batch":{"ids":[2,3],"vectors":[[1,1],[1,1]]}}'
  await ask('PUT', '/collections/mine/points?wait=true', body)
  expect(Object.keys(qdrant.state().collections['mine']!.points)).toEqual(['id-2', 'id-3', 'id-7'])
})

test('takes the points and ignores the filter when a selector has both', async () => {
  const body = '{"points":[8],"filter":{}}'
  await ask('POST', '/collections/mine/points/delete?wait=true', body)
  expect(qdrant.totalPoints).toBe(2)
  await ask('POST', '/collections/mine/points/delete?wait=true', '{"filter":{}}')
  expect(qdrant.totalPoints).toBe(1)
})

test('lets the last of a repeated name win in an upsert, and refuses it in a derived struct', async () => {
  const twice = '{"points":[],"points":[{"id":8,"id":9,"vector":[1,1]}]}'
  expect((await ask('PUT', '/collections/mine/points?wait=true', twice)).status).toBe(200)
  expect(Object.keys(qdrant.state().collections['mine']!.points)).toEqual(['id-7', 'id-9'])
  const alias =
    '{"actions":[{"create_alias":{"collection_name":"mine","collection_name":"victim","alias_name":"a"}}]}'
  expect((await ask('POST', '/collections/aliases', alias)).status).toBe(400)
  const lookup = '{"query":7,"lookup_from":{"collection":"mine","collection":"victim"}}'
  expect((await ask('POST', '/collections/mine/points/query', lookup)).status).toBe(400)
})

test.each([
  '//collections///victim',
  '/collections/victim/',
  '/collections/%76ictim',
  '/%63ollections/victim//',
  'http://anywhere/collections/victim',
])('reaches the collection by %s', async (target) => {
  expect(await ask('GET', target)).toMatchObject({ status: 200 })
})

test('does not walk dot segments, and cuts before it decodes', async () => {
  expect((await ask('GET', '/collections/mine/../victim')).status).toBe(404)
  const slash = await ask('GET', '/collections/mine%2Fexists')
  expect(slash.status).toBe(422)
  expect(error(slash)).toBe(
    'Validation error in path parameters: [collection_name: collection name cannot contain "/" char]',
  )
  expect(error(await ask('GET', '/collections/%2e%2e'))).toBe(
    "Not found: Collection `..` doesn't exist!",
  )
})

test('acknowledges a write that does not wait, and applies it later', async () => {
  await qdrant.close()
  const line: (() => void)[] = []
  qdrant = await startQdrant({ later: (apply) => line.push(apply) })
  await ask('PUT', '/collections/c', '{"vectors":{"size":1,"distance":"Dot"}}')
  const upsert = '{"points":[{"id":1,"vector":[1]}]}'
  const answer = await ask('PUT', '/collections/c/points', upsert)
  expect(JSON.parse(answer.text).result.status).toBe('acknowledged')
  expect([qdrant.totalPoints, qdrant.pendingWrites]).toEqual([0, 1])
  line.forEach((apply) => apply())
  expect([qdrant.totalPoints, qdrant.pendingWrites]).toEqual([1, 0])
})

test('applies what stands in line before a write that waits', async () => {
  await ask('PUT', '/collections/mine/points', '{"points":[{"id":8,"vector":[1,1]}]}')
  await ask('POST', '/collections/mine/points/delete?wait=true', '{"points":[8]}')
  qdrant.flush()
  expect(qdrant.totalPoints).toBe(2)
})

test('keeps every digit of ids and integers, and tells a float from an integer', async () => {
  const ids = ['9007199254740993', '18446744073709551615']
  const points = ids.map((id) => `{"id":${id},"vector":[1,1],"payload":{"big":${id},"one":1.0}}`)
  await ask('PUT', '/collections/mine/points?wait=true', `{"points":[${points.join()}]}`)
  const { text } = await ask('POST', '/collections/mine/points', `{"ids":[${ids.join()}]}`)
  expect(text).toContain(
    `"result":[{"id":${ids[0]},"payload":{"big":${ids[0]},"one":1.0}},{"id":${ids[1]},"payload":{"big":${ids[1]},"one":1.0}}]`,
  )
  expect((await ask('GET', `/collections/mine/points/${ids[1]}`)).status).toBe(200)
  const past = '{"points":[{"id":18446744073709551616,"vector":[1,1]}]}'
  expect((await ask('PUT', '/collections/mine/points', past)).status).toBe(400)
})

test('reads a UUID in any of its forms as one id', async () => {
  const uuid = '936DA01F9ABD4D9D80C702AF85C822A8'
  const body = `{"points":[{"id":"${uuid}","vector":[1,1]}]}`
  await ask('PUT', '/collections/mine/points?wait=true', body)
  const { text } = await ask(
    'GET',
    '/collections/mine/points/urn:uuid:936da01f-9abd-4d9d-80c7-02af85c822a8',
  )
  expect(JSON.parse(text).result.id).toBe('936da01f-9abd-4d9d-80c7-02af85c822a8')
})

test('gives physical names away in its errors', async () => {
  expect(error(await ask('GET', '/collections/tenant_x_docs'))).toBe(
    "Not found: Collection `tenant_x_docs` doesn't exist!",
  )
  const again = await ask('PUT', '/collections/victim', '{"vectors":{"size":2,"distance":"Dot"}}')
  expect([again.status, error(again)]).toEqual([
    409,
    'Wrong input: Collection `victim` already exists!',
  ])
  const lookup = '{"query":7,"lookup_from":{"collection":"tenant_x"}}'
  const missing = await ask('POST', '/collections/mine/points/query', lookup)
  expect(error(missing)).toBe('Not found: Collection tenant_x not found')
})

test('ignores unknown fields but in filters, and unknown parameters of the query', async () => {
  const body = '{"vectors":{"size":1,"distance":"Dot"},"init_from":{"collection":"victim"},"no":1}'
  expect((await ask('PUT', '/collections/n?no=1', body)).status).toBe(200)
  const filter = '{"filter":{"musst":[]}}'
  expect((await ask('POST', '/collections/mine/points/scroll', filter)).status).toBe(400)
})

test('refuses what validation refuses with 422 and what does not parse with 400', async () => {
  const scroll = '/collections/mine/points/scroll'
  expect(error(await ask('POST', scroll, '{"limit":0}'))).toBe(
    'Validation error in JSON body: [limit: value 0 invalid, must be 1 or larger]',
  )
  expect((await ask('POST', scroll, '{"limit":0}')).status).toBe(422)
  for (const body of ['', '\uFEFF{}', '{"limit":1e999}', '{"limit":-1}', `${'['.repeat(200)}`]) {
    expect((await ask('POST', scroll, body)).status).toBe(400)
  }
  expect((await ask('POST', `${scroll}?timeout=0`, '{}')).status).toBe(422)
  expect((await ask('POST', `${scroll}?timeout=1&timeout=2`, '{}')).status).toBe(400)
})

test('names a field by its quoted key as by the bare one', async () => {
  const by = (key: string) =>
    `{"filter":{"must":[{"key":${JSON.stringify(key)},"match":{"value":"of mine"}}]}}`
  for (const key of ['secret', '"secret"']) {
    const { text } = await ask('POST', '/collections/mine/points/count', by(key))
    expect(JSON.parse(text).result).toEqual({ count: 1 })
  }
})

test('asks for the key in plain text, but not for health', async () => {
  const answers = await Promise.all(
    [{}, { 'api-key': 'wrong' }, { authorization: `Bearer ${qdrant.apiKey}` }].map(
      async (headers) => {
        const response = await fetch(`${qdrant.url}/collections`, { headers })
        return [response.status, response.headers.get('content-type')]
      },
    ),
  )
  expect(answers).toEqual([
    [401, 'text/plain; charset=utf-8'],
    [401, 'text/plain; charset=utf-8'],
    [200, 'application/json'],
  ])
  expect((await fetch(`${qdrant.url}/healthz`)).status).toBe(200)
})

test('keeps headers that end in -api-key as keys of embedding providers', async () => {
  await fetch(qdrant.url, { headers: { 'openai-api-key': 'sk-1', 'x-api-key': 'tg_1' } })
  expect(qdrant.requests.at(-1)!.inferenceKeys).toEqual({
    'openai-api-key': 'sk-1',
    'x-api-key': 'tg_1',
  })
})

test('notes every request that reaches the node, and what asks for inference', async () => {
  expect((await ask('GET', '/metrics')).text).toContain('collection_points{id="victim"} 1')
  await ask('PUT', '/collections/mine/snapshots/recover', '{"location":"file:///etc/passwd"}')
  const infer = '{"points":[{"id":1,"vector":{"text":"hello","model":"m"}}]}'
  expect((await ask('PUT', '/collections/mine/points', infer)).status).toBe(500)
  const query = '{"query":{"text":"hello","model":"n"}}'
  expect((await ask('POST', '/collections/mine/points/query', query)).status).toBe(500)
  expect(qdrant.noted).toEqual([
    'GET /metrics',
    'PUT /collections/{collection_name}/snapshots/recover',
    'inference by m',
    'inference by n',
  ])
})

test('tells which collections each request touched', async () => {
  const lookup = '{"query":7,"lookup_from":{"collection":"victim"}}'
  const start = qdrant.requests.length
  await ask('POST', '/collections/mine/points/query', lookup)
  await ask('GET', '/collections/nobodys')
  await ask('GET', '/collections')
  await ask('POST', '/collections/aliases', '{"actions":[{"create_alias":["victim","taken"]}]}')
  await ask('POST', '/collections/taken/points/count', '{}')
  await ask('DELETE', '/collections/victim')
  expect(qdrant.requests.slice(start).map(({ touched }) => touched)).toEqual([
    ['mine', 'victim'],
    [],
    ['mine', 'victim'],
    ['victim'],
    ['victim'],
    ['victim'],
  ])
})

test('fails as a test asks it to, once', async () => {
  qdrant.failNext({ kind: 'answer', status: 429, error: 'Rate limiting exceeded', retryAfter: 2 })
  const first = await ask('GET', '/collections')
  expect([first.status, error(first)]).toEqual([429, 'Rate limiting exceeded'])
  qdrant.failNext({ kind: 'drop', after: true }, ({ method }) => method === 'DELETE')
  expect((await ask('GET', '/collections')).status).toBe(200)
  expect((await ask('DELETE', '/collections/mine')).status).toBe(0)
  expect(Object.keys(qdrant.state().collections)).toEqual(['victim'])
})

test('knows no other route: 404 without a body, for HEAD too', async () => {
  for (const [method, target] of [
    ['GET', '/nothing'],
    ['POST', '/collections/mine'],
    ['HEAD', '/collections'],
    ['TRACE', '/collections'],
  ] as const) {
    expect(await ask(method, target)).toEqual({ status: 404, text: '' })
  }
})
