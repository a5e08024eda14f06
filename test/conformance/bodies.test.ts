import { Buffer } from 'node:buffer'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { chat } from '../support/call-gateway.ts'
import { postRaw, sendRaw } from '../support/raw-http.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway()
const PATH = '/v1/chat/completions'
const LIMIT_BYTES = 10_000_000

function postBytes(
  key: string,
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${set.gateway.url}${PATH}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body,
    duplex: 'half',
  } as RequestInit)
}

function validBody(textLength: number): Uint8Array<ArrayBuffer> {
  const text = 'word '.repeat(Math.ceil(textLength / 5)).slice(0, textLength)
  const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }] }
  return new Uint8Array(Buffer.from(JSON.stringify(body)))
}

/** Nothing was reserved, spent or counted, and nothing went upstream. */
async function expectUntouched(tenant: string, callsBefore: number): Promise<void> {
  const usage = await set.gateway.admin.usage(tenant)
  expect(usage.total.requests).toBe(0)
  for (const { used, held } of usage.limits) expect([Number(used), Number(held)]).toEqual([0, 0])
  expect(set.upstream.log.calls).toHaveLength(callsBefore)
}

describe('a body that is too large', () => {
  it('is answered 413 when its length says so', async () => {
    const { id, key } = await set.gateway.admin.createTenant()
    const calls = set.upstream.log.calls.length
    // Only the length is sent: the answer does not wait for a body that it will not read.
    const headers = { authorization: `Bearer ${key}`, 'content-length': `${LIMIT_BYTES + 1}` }
    const answer = await postRaw(set.gateway.url, '/v1/chat/completions', headers, '{')
    expect(answer.status).toBe(413)
    await expectUntouched(id, calls)
  })

  it('is answered 413 when it is chunked and tells no length', async () => {
    const { id, key } = await set.gateway.admin.createTenant()
    const calls = set.upstream.log.calls.length
    let sent = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536
        if (sent > 3 * LIMIT_BYTES) controller.close()
        else controller.enqueue(new Uint8Array(65_536).fill(32))
      },
    })
    const status = await postBytes(key, stream).then(
      (answer) => answer.status,
      // The gateway may hang up on what goes on sending.
      () => 413,
    )
    expect(status).toBe(413)
    await expectUntouched(id, calls)
  })

  it('is not asked for when the caller is nobody', async () => {
    const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 9999999\r\n\r\n`
    const { status } = await sendRaw(set.gateway.url, head)
    expect(status).toBe(401)
  })
})

describe('a length that lies', () => {
  it('and is too short: the rest is not read as part of the body', async () => {
    const { id, key } = await set.gateway.admin.createTenant()
    const calls = set.upstream.log.calls.length
    const authorization = `Bearer ${key}`
    const answer = await postRaw(
      set.gateway.url,
      PATH,
      { authorization, 'content-length': '5' },
      '{"model":"gpt-4o-mini"}',
    )
    expect(answer.status).toBe(400)
    await expectUntouched(id, calls)
  })

  it.each(['-1', 'x', '1e3', '5, 6', '99999999999999999999'])('and is %j', async (length) => {
    const { id, key } = await set.gateway.admin.createTenant()
    const calls = set.upstream.log.calls.length
    const authorization = `Bearer ${key}`
    const answer = await postRaw(
      set.gateway.url,
      PATH,
      { authorization, 'content-length': length },
      '{}',
    )
    expect(answer.status === null || answer.status >= 400).toBe(true)
    expect(answer.status ?? 400).toBeLessThan(500)
    await expectUntouched(id, calls)
  })
})

describe('a content coding', () => {
  const bomb = Buffer.alloc(10_000_000, 32)
  const codings: [name: string, bytes: Buffer][] = [
    ['gzip', gzipSync(bomb)],
    ['br', brotliCompressSync(bomb)],
    ['deflate', deflateSync(bomb)],
    ['gzip', gzipSync(validBody(10))],
    ['identity, gzip', gzipSync(validBody(10))],
    ['zstd', Buffer.from(validBody(10))],
    ['unknown', Buffer.from(validBody(10))],
  ]
  it.each(codings)('%s is answered 415, unread', async (coding, bytes) => {
    const { id, key } = await set.gateway.admin.createTenant()
    const calls = set.upstream.log.calls.length
    const answer = await postBytes(key, new Uint8Array(bytes), { 'content-encoding': coding })
    expect([400, 415]).toContain(answer.status)
    await expectUntouched(id, calls)
  })

  it.each(['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])(
    'of another media type is answered 415: %s',
    async (type) => {
      const { id, key } = await set.gateway.admin.createTenant()
      const calls = set.upstream.log.calls.length
      const answer = await postBytes(key, validBody(10), { 'content-type': type })
      expect(answer.status).toBe(415)
      await expectUntouched(id, calls)
    },
  )
})

describe('a body that is deep or strange', () => {
  const deep = 500_000
  const bodies: [name: string, body: string][] = [
    ['500,000 arrays deep', '['.repeat(deep) + ']'.repeat(deep)],
    ['500,000 objects deep', '{"a":'.repeat(deep) + '1' + '}'.repeat(deep)],
    [
      'deep inside a member',
      `{"model":"gpt-4o-mini","messages":${'['.repeat(deep)}${']'.repeat(deep)}}`,
    ],
    [
      'a member twice',
      '{"model":"gpt-4o","model":"gpt-4o-mini","messages":[{"role":"user","content":"x"}]}',
    ],
    [
      'a member twice by escape',
      '{"model":"gpt-4o","mod\\u0065l":"gpt-4o-mini","messages":[{"role":"user","content":"x"}]}',
    ],
    [
      'a prototype',
      '{"__proto__":{"model":"gpt-4o-mini"},"messages":[{"role":"user","content":"x"}]}',
    ],
    ['an array', '[]'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['a byte order mark', '\ufeff{"model":"gpt-4o-mini","messages":[]}'],
    [
      'a million members',
      `{${Array.from({ length: 200_000 }, (_, at) => `"m${at}":1`).join(',')}}`,
    ],
  ]
  it.each(bodies)('%s is answered 400, and the gateway lives on', async (_, body) => {
    const { id, key } = await set.gateway.admin.createTenant()
    const calls = set.upstream.log.calls.length
    const answer = await postBytes(key, new Uint8Array(Buffer.from(body)))
    expect([400, 422]).toContain(answer.status)
    await expectUntouched(id, calls)
    expect((await chat(set.gateway.url, key)).status).toBe(200)
  })

  it('of nearly ten megabytes of plain text is served', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const answer = await postBytes(key, validBody(LIMIT_BYTES - 1_000))
    expect(answer.status).toBe(200)
  })
})
