import { describe, expect, it } from 'vitest'
import { openInbound } from '../../src/inbound.ts'
import { dialectOf } from '../../src/upstream/dialect-of.ts'
import { type Routed, route } from '../../src/upstream/route.ts'
import { prices, testUpstream } from '../support/fakes/call.ts'
import { MODEL } from '../support/fakes/openai-wire.ts'
import { tenantConfig } from '../store/commands.ts'

type Needs = Parameters<ReturnType<typeof route>['run']>[0]

const upstreams = [
  testUpstream({ name: 'small', models: ['gpt-4o-mini*'] }),
  testUpstream({ name: 'large', models: ['gpt-*'] }),
  testUpstream({ name: 'any', models: ['nothing'] }),
  testUpstream({ name: 'claude', kind: 'anthropic', models: ['claude-*'] }),
]
const CHAT = { model: MODEL, messages: [{ role: 'user', content: 'hi' }] }

interface Sent {
  readonly path: string
  readonly body?: unknown
  readonly method?: string
  readonly defaultModel?: string | null
}

async function routed({ path, body = CHAT, method = 'POST', defaultModel = null }: Sent) {
  const request = new Request(`http://gateway.test${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const { pathname } = new URL(request.url)
  const inbound = openInbound(request, {
    requestId: 'req_1',
    startedAtMs: 0,
    clientIp: null,
    dialect: dialectOf(upstreams, pathname, request.headers),
    maxBodyBytes: 10_000,
    waitUntil: () => undefined,
  })
  const { policy } = tenantConfig('acme')
  const known = { config: { policy: { ...policy, default_model: defaultModel } } }
  const have = { ...inbound, known } as unknown as Needs
  return route({ upstreams, ...prices }).run(have)
}
const summary = ({ call }: Routed) => [
  call.upstream.name,
  call.operation.name,
  call.path,
  call.model,
]
const codeOf = (sent: Sent) =>
  routed(sent).then(summary, (error: unknown) => (error as { code: string }).code)

describe('the plain face', () => {
  it('takes the first upstream of its dialect that serves the model', async () => {
    expect(await codeOf({ path: '/v1/chat/completions' })).toEqual([
      'small',
      'chat.completions',
      '/v1/chat/completions',
      MODEL,
    ])
    const large = { ...CHAT, model: 'gpt-4o' }
    expect((await routed({ path: '/v1/chat/completions', body: large })).call.upstream.name).toBe(
      'large',
    )
    const claude = { model: 'claude-haiku-4-5', max_tokens: 5, messages: CHAT.messages }
    expect((await routed({ path: '/v1/messages', body: claude })).call.upstream.name).toBe('claude')
  })

  it('knows no model that no upstream serves, nor one without a price: both the same', async () => {
    for (const model of ['llama-3', 'gpt-9-of-nobody', 'claude-haiku-4-5']) {
      expect(await codeOf({ path: '/v1/chat/completions', body: { ...CHAT, model } })).toBe(
        'ModelNotFound',
      )
    }
  })

  it('takes no text for a model whose price knows no output', async () => {
    const body = { ...CHAT, model: 'text-embedding-3-small' }
    expect(await codeOf({ path: '/any/v1/chat/completions', body })).toBe('ModelNotFound')
  })

  it("takes the tenant's own model where the request names none", async () => {
    const body = { messages: CHAT.messages }
    const sent = { path: '/v1/chat/completions', body }
    expect(await codeOf(sent)).toBe('InvalidBody')
    const { call } = await routed({ ...sent, defaultModel: MODEL })
    expect([call.model, call.price]).toEqual([MODEL, prices.priceOf('openai', MODEL)])
  })
})

describe('the face of one upstream', () => {
  it('goes there, whatever other upstreams serve', async () => {
    const { call } = await routed({ path: '/large/v1/chat/completions' })
    expect(summary({ call })).toEqual(['large', 'chat.completions', '/v1/chat/completions', MODEL])
  })

  it('knows only the operations of its API', async () => {
    expect(await codeOf({ path: '/claude/v1/chat/completions' })).toBe('NotFound')
    expect(await codeOf({ path: '/large/v1/files' })).toBe('NotFound')
    expect(await codeOf({ path: '/large' })).toBe('MalformedRequest')
    expect(await codeOf({ path: '/nobody/v1/chat/completions' })).toBe('NotFound')
  })
})

describe('a request that cannot be routed', () => {
  it.each([
    ['GET', '/v1/chat/completions', 'MethodNotAllowed'],
    ['POST', '/v1/models', 'MethodNotAllowed'],
    ['POST', '/v1/chat/completions?beta=1', 'MalformedRequest'],
    ['POST', '/v1/chat%2fcompletions', 'MalformedRequest'],
    ['POST', '/v1/chat/completions/', 'MalformedRequest'],
    ['POST', '/', 'NotFound'],
  ])('%s %s is told as %s', async (method, path, code) => {
    expect(await codeOf({ method, path })).toBe(code)
  })

  it.each([
    ['{"model":"gpt-4o-mini","model":"gpt-4o","messages":[]}', 'InvalidBody'],
    ['[]', 'InvalidBody'],
    ['', 'InvalidBody'],
    [JSON.stringify({ ...CHAT, unknown_member: 1 }), 'InvalidBody'],
    [' '.repeat(10_001), 'BodyTooLarge'],
  ])('the body %j is told as a fault of the caller', async (body, code) => {
    const told = await codeOf({ path: '/v1/chat/completions', body })
    expect([code, 'InvalidMember']).toContain(told)
  })

  it('is told before a body is read that it does not need', async () => {
    const { call } = await routed({ path: '/v1/models', method: 'GET' })
    expect([call.operation.name, call.body, call.price]).toEqual(['models.list', null, null])
  })
})
