import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, it } from 'vitest'
import { waitFor } from '../support/admin-client.ts'
import { useGateway } from '../support/stage-set.ts'
import { scripted, type ScriptInput } from '../support/upstream-script.ts'

const set = useGateway()

interface Client {
  readonly client: Anthropic
  readonly tenant: string
  readonly key: string
}

async function newClient(body: object = {}): Promise<Client> {
  const { id, key } = await set.gateway.admin.createTenant(body)
  const client = new Anthropic({ apiKey: key, baseURL: `${set.gateway.url}/anthropic` })
  return { client, tenant: id, key }
}

const asking = (script: ScriptInput) => ({
  model: 'claude-haiku-4-5',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: scripted(script) }],
})

describe('the official @anthropic-ai/sdk package, with only base URL and key changed', () => {
  it('sends a message and is charged what the upstream billed', async () => {
    const { client, tenant } = await newClient()
    const reply = await client.messages.create(asking({ input: 11, output: 7 }))
    expect(reply.content).toMatchObject([{ type: 'text', text: 'word '.repeat(7) }])
    expect(reply.usage).toMatchObject({ input_tokens: 11, output_tokens: 7 })
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry).toMatchObject({ kind: 'settled', input_tokens: 11, output_tokens: 7 })
  })

  it('streams a message', async () => {
    const { client, tenant } = await newClient()
    const message = await client.messages.stream(asking({ input: 11, output: 7 })).finalMessage()
    expect(message.content).toMatchObject([{ type: 'text', text: 'word '.repeat(7) }])
    expect(message.usage.output_tokens).toBe(7)
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry).toMatchObject({ input_tokens: 11, output_tokens: 7 })
  })

  it('counts cache reads and writes as input, at their own prices', async () => {
    const { client, tenant } = await newClient()
    const usage = {
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 20,
    }
    await client.messages.create({
      ...asking({ input: 10, output: 2, usage }),
      system: [
        {
          type: 'text',
          text: 'long and stable '.repeat(100),
          cache_control: { type: 'ephemeral' },
        },
      ],
    })
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry).toMatchObject({ input_tokens: 130, output_tokens: 2 })
    // $1, $0.10 and $1.25 a million for input, cache read and cache write; $5 for output.
    const nano = 10 * 1_000 + 100 * 100 + 20 * 1_250 + 2 * 5_000
    expect(entry?.cost_usd).toBe((nano / 1e9).toString())
  })

  it('runs tools by its helper, which asks for a kept conversation first and does without', async () => {
    const { client, tenant } = await newClient()
    const runner = client.beta.messages.toolRunner({
      ...asking({ id: 'tools', input: 11, output: 7 }),
      tools: [],
    })
    expect((await runner).usage).toMatchObject({ input_tokens: 11, output_tokens: 7 })
    expect(set.upstream.log.of('tools')).toHaveLength(1)
    expect(set.upstream.log.of('tools')[0]?.body).not.toHaveProperty('thread')
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry).toMatchObject({ input_tokens: 11, output_tokens: 7 })
  })

  it('counts tokens without being charged', async () => {
    const { client, tenant } = await newClient()
    const { model, messages } = asking({ input: 42 })
    expect(await client.messages.countTokens({ model, messages })).toEqual({ input_tokens: 42 })
    const usage = await set.gateway.admin.quiet(tenant)
    expect(usage.total).toMatchObject({ input_tokens: 0, cost_usd: '0.00' })
  })

  it('lists the models that the tenant may use', async () => {
    const { client } = await newClient({
      policy: { allowed_models: ['claude-haiku-4-5', 'gpt-*'] },
    })
    const listed = []
    for await (const model of client.models.list()) listed.push(model.id)
    expect(listed).toEqual(['claude-haiku-4-5'])
  })

  it('is served on the plain base URL as well', async () => {
    const { key } = await newClient()
    const client = new Anthropic({ apiKey: key, baseURL: set.gateway.url })
    const reply = await client.messages.create(asking({ output: 2 }))
    expect(reply.usage.output_tokens).toBe(2)
  })

  it('may carry its key as a bearer token', async () => {
    const { key } = await newClient()
    const client = new Anthropic({
      apiKey: null,
      authToken: key,
      baseURL: `${set.gateway.url}/anthropic`,
    })
    expect((await client.messages.create(asking({ output: 2 }))).usage.output_tokens).toBe(2)
  })

  it('aborts a stream: the upstream is stopped and what came is charged', async () => {
    const { client, tenant } = await newClient()
    const stream = client.messages.stream({
      ...asking({ id: 'abort', input: 11, output: 1_000, paceMs: 5 }),
      max_tokens: 2_000,
    })
    let chunks = 0
    const ended = (async () => {
      for await (const _ of stream) if ((chunks += 1) === 10) stream.abort()
    })()
    await expect(ended).rejects.toBeInstanceOf(Anthropic.APIUserAbortError)
    const call = await waitFor('the upstream to be stopped', () => {
      const [found] = set.upstream.log.of('abort')
      return found !== undefined && found.ended !== 'open' ? found : null
    })
    expect(call.ended).toBe('client left')
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry?.outcome).toMatchObject({ ended: 'client_left' })
    expect(entry?.input_tokens).toBe(11)
    expect(entry?.output_tokens).toBeGreaterThan(0)
  })
})
