import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { chat, messages, post } from '../support/call-gateway.ts'
import { useGateway } from '../support/stage-set.ts'
import { scripted } from '../support/upstream-script.ts'

const set = useGateway()

/** Provider routes that keep state under the platform's account, or are none of a tenant's business. */
const STATEFUL_ROUTES: [method: string, path: string][] = [
  ['GET', '/v1/files'],
  ['POST', '/v1/files'],
  ['GET', '/v1/files/file-1/content'],
  ['POST', '/v1/uploads'],
  ['POST', '/v1/batches'],
  ['GET', '/v1/batches'],
  ['GET', '/v1/vector_stores'],
  ['POST', '/v1/vector_stores'],
  ['POST', '/v1/conversations'],
  ['GET', '/v1/containers'],
  ['POST', '/v1/assistants'],
  ['POST', '/v1/threads'],
  ['GET', '/v1/evals'],
  ['POST', '/v1/fine_tuning/jobs'],
  ['GET', '/v1/responses/resp_1'],
  ['DELETE', '/v1/responses/resp_1'],
  ['GET', '/v1/chat/completions'],
  ['GET', '/v1/chat/completions/chatcmpl-1'],
  ['DELETE', '/v1/chat/completions/chatcmpl-1'],
  ['GET', '/v1/organization/admin_api_keys'],
  ['GET', '/v1/organization/usage/completions'],
  ['POST', '/v1/videos'],
  ['GET', '/v1/realtime'],
  ['POST', '/v1/chatkit/sessions'],
  ['DELETE', '/v1/models/ft:gpt-4o-mini:x'],
  ['POST', '/anthropic/v1/messages/batches'],
  ['GET', '/anthropic/v1/messages/batches'],
  ['GET', '/anthropic/v1/files'],
  ['POST', '/anthropic/v1/skills'],
  ['GET', '/anthropic/v1/organizations/workspaces'],
  ['POST', '/anthropic/v1/complete'],
  ['POST', '/openai/v1/files'],
  ['POST', '/anthropic/v1/chat/completions'],
  ['POST', '/openai/v1/messages'],
]

describe('routes that keep state at the provider are not served', () => {
  it.each(STATEFUL_ROUTES)('%s %s', async (method, path) => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant()
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: '{"model":"gpt-4o-mini"}' }),
    })
    expect([404, 405]).toContain(answer.status)
    expect(await answer.json()).toMatchObject({ error: { message: expect.any(String) as string } })
    expect(set.upstream.log.calls.filter((call) => call.path.startsWith(path))).toEqual([])
  })
})

const STATEFUL_CHAT: [name: string, member: object][] = [
  ['store', { store: true }],
  [
    'a file by id',
    { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
  ],
  ['audio by id', { messages: [{ role: 'assistant', audio: { id: 'audio_1' } }] }],
  ['previous_response_id', { previous_response_id: 'resp_1' }],
  ['a member that nobody knows', { surprise: 1 }],
  ['web search, which is billed apart', { web_search_options: {} }],
  ['a member twice removed', { messages: [{ role: 'user', content: 'x', surprise: 1 }] }],
  ["an image inside the operator's network", imageFrom('http://169.254.169.254/latest/meta-data')],
  ['an image on a private host', imageFrom('https://localhost/x.png')],
  ['an image by file URL', imageFrom('file:///etc/passwd')],
]

function imageFrom(url: string): object {
  return { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] }
}

const STATEFUL_MESSAGES: [name: string, member: object][] = [
  ['a file by id', { messages: [fileById()] }],
  ['a container', { container: 'container_1' }],
  ['mcp servers', { mcp_servers: [{ type: 'url', url: 'https://example.com', name: 'x' }] }],
  ['server tools', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
  ['code execution', { tools: [{ type: 'code_execution_20250522', name: 'code_execution' }] }],
  ['a member that nobody knows', { surprise: 1 }],
]

function fileById(): object {
  return {
    role: 'user',
    content: [{ type: 'document', source: { type: 'file', file_id: 'file_1' } }],
  }
}

describe('members that reach stored state, or are not metered, are refused', () => {
  it.each(STATEFUL_CHAT)('chat completions: %s', async (_, member) => {
    const { url, admin } = set.gateway
    const { id, key } = await admin.createTenant()
    const before = set.upstream.log.calls.length
    const answer = await chat(url, key, { body: member })
    expect([400, 422]).toContain(answer.status)
    expect(await answer.json()).toMatchObject({ error: { message: expect.any(String) as string } })
    expect(set.upstream.log.calls).toHaveLength(before)
    expect((await admin.usage(id)).total.requests).toBe(0)
  })

  it.each(STATEFUL_MESSAGES)('messages: %s', async (_, member) => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant()
    const before = set.upstream.log.calls.length
    const answer = await messages(url, key, { body: member })
    expect([400, 422]).toContain(answer.status)
    expect(await answer.json()).toMatchObject({ type: 'error' })
    expect(set.upstream.log.calls).toHaveLength(before)
  })

  it('a beta of Anthropic that nobody has classified does not go upstream', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant()
    const script = { id: 'beta' }
    const headers = { 'anthropic-beta': 'files-api-2025-04-14,mcp-client-2025-04-04' }
    await messages(url, key, { script, headers })
    for (const call of set.upstream.log.of('beta')) {
      expect(call.headers['anthropic-beta'] ?? '').not.toMatch(/files-api|mcp-client/)
    }
  })
})

describe('credentials', () => {
  const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: scripted({}) }] }
  const ask = (headers: Readonly<Record<string, string>>, query = '') =>
    post(`${set.gateway.url}/v1/chat/completions${query}`, { headers, body })

  it.each(['x-api-key', 'api-key', 'x-goog-api-key', 'x-chroma-token'])(
    'are taken from %s as well',
    async (header) => {
      const { key } = await set.gateway.admin.createTenant()
      expect((await ask({ [header]: key })).status).toBe(200)
    },
  )

  it('are not taken from the query', async () => {
    const { key } = await set.gateway.admin.createTenant()
    expect((await ask({}, `?key=${key}`)).status).toBe(401)
    expect((await ask({}, `?api_key=${key}`)).status).toBe(401)
  })

  it('are not taken from a cookie or from basic authentication', async () => {
    const { key } = await set.gateway.admin.createTenant()
    expect((await ask({ cookie: `authorization=${key}` })).status).toBe(401)
    const basic = Buffer.from(`${key}:`).toString('base64')
    expect((await ask({ authorization: `Basic ${basic}` })).status).toBe(401)
  })

  it('that contradict one another are refused', async () => {
    const one = await set.gateway.admin.createTenant()
    const other = await set.gateway.admin.createTenant()
    const answer = await ask({ authorization: `Bearer ${one.key}`, 'x-api-key': other.key })
    expect([400, 401]).toContain(answer.status)
  })

  it.each(['', 'Bearer', 'Bearer ', 'Bearer x y', 'Bearer null', 'Bearer tg_', 'Bearer tg_a_b'])(
    'that are none are refused: %j',
    async (authorization) => {
      expect((await ask({ authorization })).status).toBe(401)
    },
  )

  it('with one character changed anywhere are refused', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const places = [0, 3, 6, 14, Math.floor(key.length / 2), key.length - 8, key.length - 1]
    for (const at of places) {
      const changed = key.slice(0, at) + (key[at] === 'a' ? 'b' : 'a') + key.slice(at + 1)
      const answer = await ask({ authorization: `Bearer ${changed}` })
      expect(answer.status, `character ${at}`).toBe(401)
    }
  })

  it('say which tenant it is, whatever else in the request says so', async () => {
    const { admin } = set.gateway
    const mine = await admin.createTenant()
    const other = await admin.createTenant()
    const answer = await ask({
      authorization: `Bearer ${mine.key}`,
      'x-tenant-id': other.id,
      'tollgate-tenant': other.id,
      'x-tollgate-tenant': other.id,
    })
    expect(answer.status).toBe(200)
    expect(await admin.settled(mine.id, 1)).toHaveLength(1)
    expect((await admin.usage(other.id)).total.requests).toBe(0)
  })

  it('of a tenant do not open the control plane, and the admin token is no tenant', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const asTenant = await fetch(`${set.gateway.url}/admin/tenants`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect([401, 403]).toContain(asTenant.status)
    expect((await ask({ authorization: 'Bearer test-admin-token' })).status).toBe(401)
  })

  it('limited to an address are refused from another, whatever the headers claim', async () => {
    const { admin } = set.gateway
    const { id } = await admin.createTenant()
    const away = await admin.createKey(id, { ip_allow: ['203.0.113.0/24'] })
    const home = await admin.createKey(id, { ip_allow: ['127.0.0.0/8'] })
    const claims = {
      'cf-connecting-ip': '203.0.113.5',
      'x-forwarded-for': '203.0.113.5',
      'x-real-ip': '203.0.113.5',
      'true-client-ip': '203.0.113.5',
      forwarded: 'for=203.0.113.5',
    }
    expect((await ask({ authorization: `Bearer ${away.key}`, ...claims })).status).toBe(403)
    expect((await ask({ authorization: `Bearer ${home.key}`, ...claims })).status).toBe(200)
  })
})
