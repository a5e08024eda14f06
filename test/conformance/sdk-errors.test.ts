import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { useGateway } from '../support/stage-set.ts'
import { scripted, type ScriptInput } from '../support/upstream-script.ts'

const set = useGateway()

/** Both SDKs behind one face, so that each requirement is asked of both. */
interface Sdk {
  readonly name: string
  readonly errors: typeof OpenAI | typeof Anthropic
  readonly model: string
  readonly ask: (key: string, script: ScriptInput, options?: AskOptions) => Promise<unknown>
  /** Every piece of text goes into `seen` as it comes. */
  readonly streamText: (key: string, script: ScriptInput, seen?: string[]) => Promise<void>
}

interface AskOptions {
  readonly model?: string
  readonly maxRetries?: number
}

let asks = 0
function countingFetch(...args: Parameters<typeof fetch>): Promise<Response> {
  asks += 1
  return fetch(...args)
}

const sdks: Sdk[] = [
  {
    name: 'openai',
    errors: OpenAI,
    model: 'gpt-4o-mini',
    ask: (key, script, { model = 'gpt-4o-mini', ...retries } = {}) =>
      openai(key).chat.completions.create(
        { model, messages: saying(script), max_tokens: 50 },
        retries,
      ),
    async streamText(key, script, seen = []) {
      const asked = { model: 'gpt-4o-mini', messages: saying(script), max_tokens: 50 }
      const stream = await openai(key).chat.completions.create({ ...asked, stream: true })
      for await (const chunk of stream) {
        const piece = chunk.choices[0]?.delta.content
        if (piece) seen.push(piece)
      }
    },
  },
  {
    name: '@anthropic-ai/sdk',
    errors: Anthropic,
    model: 'claude-haiku-4-5',
    ask: (key, script, { model = 'claude-haiku-4-5', ...retries } = {}) =>
      anthropic(key).messages.create({ model, messages: saying(script), max_tokens: 50 }, retries),
    async streamText(key, script, seen = []) {
      const asked = { model: 'claude-haiku-4-5', messages: saying(script), max_tokens: 50 }
      const stream = await anthropic(key).messages.create({ ...asked, stream: true })
      for await (const event of stream) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
          seen.push(event.delta.text)
        }
      }
    },
  },
]

const openai = (apiKey: string) =>
  new OpenAI({ apiKey, baseURL: `${set.gateway.url}/v1`, fetch: countingFetch })
const anthropic = (apiKey: string) =>
  new Anthropic({ apiKey, baseURL: `${set.gateway.url}/anthropic`, fetch: countingFetch })
const saying = (script: ScriptInput) => [{ role: 'user' as const, content: scripted(script) }]

/** What a call was rejected with, and how many requests the SDK made for it. */
async function failure(call: () => Promise<unknown>): Promise<{ error: Error; requests: number }> {
  const before = asks
  const error: unknown = await call().then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error)) throw new Error('the call did not fail')
  return { error, requests: asks - before }
}

describe.each(sdks)('$name', ({ ask, streamText, errors, model }) => {
  it('raises AuthenticationError with a message for a wrong key, after one request', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const wrong = `${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`
    const { error, requests } = await failure(() => ask(wrong, {}))
    expect(error).toBeInstanceOf(errors.AuthenticationError)
    expect(error.message).toMatch(/credential|key/i)
    expect(error.message).not.toContain(wrong)
    expect(requests).toBe(1)
  })

  it('raises PermissionDeniedError that names the model for a forbidden one', async () => {
    const { key } = await set.gateway.admin.createTenant({
      policy: { allowed_models: ['something-else'] },
    })
    const { error, requests } = await failure(() => ask(key, {}))
    expect(error).toBeInstanceOf(errors.PermissionDeniedError)
    expect(error.message).toContain(model)
    expect(requests).toBe(1)
  })

  it('raises NotFoundError that names the model for an unknown one', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const { error, requests } = await failure(() => ask(key, {}, { model: 'no-such-model' }))
    expect(error).toBeInstanceOf(errors.NotFoundError)
    expect(error.message).toContain('no-such-model')
    expect(requests).toBe(1)
  })

  it('succeeds by its own retry once an exhausted rate has room again', async () => {
    const { key } = await set.gateway.admin.createTenant({ limits: { requests_per_second: 1 } })
    const before = asks
    await ask(key, {})
    await ask(key, {})
    expect(asks - before).toBe(3)
  })

  it('raises RateLimitError that names the limit, after one request, for an exhausted budget', async () => {
    const { key } = await set.gateway.admin.createTenant({ limits: { tokens_per_day: 10 } })
    const { error, requests } = await failure(() => ask(key, {}))
    expect(error).toBeInstanceOf(errors.RateLimitError)
    expect(error.message).toContain('tokens_per_day')
    expect(requests).toBe(1)
  })

  it('raises PermissionDeniedError for a suspended tenant', async () => {
    const { id, key } = await set.gateway.admin.createTenant()
    await set.gateway.admin.suspend(id)
    const { error, requests } = await failure(() => ask(key, {}))
    expect(error).toBeInstanceOf(errors.PermissionDeniedError)
    expect(requests).toBe(1)
  })

  it.each([500, 503, 529])(
    'never sees an upstream %i that passes at another try',
    async (status) => {
      const { key } = await set.gateway.admin.createTenant()
      const id = `${model}-passing-${status}`
      const before = asks
      await ask(key, { id, status, failures: 2 })
      expect(asks - before).toBe(1)
      expect(set.upstream.log.of(id).map((call) => call.status)).toEqual([status, status, 200])
    },
  )

  it.each([500, 529])('raises InternalServerError for a lasting upstream %i', async (status) => {
    const { id: tenant, key } = await set.gateway.admin.createTenant()
    const id = `${model}-lasting-${status}`
    const script = { id, status, errorText: 'secret words' }
    const { error } = await failure(() => ask(key, script, { maxRetries: 0 }))
    expect(error).toBeInstanceOf(errors.InternalServerError)
    expect(error.message).not.toContain('secret words')
    expect(set.upstream.log.of(id)).toHaveLength(3)
    const usage = await set.gateway.admin.quiet(tenant)
    expect(usage.total.cost_usd).toBe('0.00')
  })

  it('raises BadRequestError in the words of an upstream that refuses the request', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const id = `${model}-400`
    const { error, requests } = await failure(() =>
      ask(key, { id, status: 400, errorText: 'that image is not an image' }),
    )
    expect(error).toBeInstanceOf(errors.BadRequestError)
    expect(error.message).toContain('that image is not an image')
    expect(requests).toBe(1)
    expect(set.upstream.log.of(id)).toHaveLength(1)
  })

  it('throws when the upstream breaks off mid-stream, after the text that came', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const seen: string[] = []
    const { error, requests } = await failure(() =>
      streamText(key, { output: 20, breakAfter: 8, paceMs: 20 }, seen),
    )
    expect(error).toBeInstanceOf(errors.APIError)
    expect(error.message).toMatch(/upstream/i)
    expect(seen.length).toBeGreaterThan(1)
    expect(requests).toBe(1)
  })

  it('throws when a stream ends too early, as if that were all', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const seen: string[] = []
    const { error } = await failure(() => streamText(key, { output: 20, endAfter: 8 }, seen))
    expect(error).toBeInstanceOf(errors.APIError)
    expect(seen.length).toBeGreaterThan(1)
  })

  it('throws for an error that the upstream reports inside a stream', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const { error } = await failure(() =>
      streamText(key, { output: 20, errorAfter: 5, errorText: 'overloaded just now' }),
    )
    expect(error).toBeInstanceOf(errors.APIError)
    expect(error.message).toContain('overloaded just now')
  })
})
