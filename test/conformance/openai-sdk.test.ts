import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { waitFor } from '../support/admin-client.ts'
import { useGateway } from '../support/stage-set.ts'
import { scripted, type ScriptInput } from '../support/upstream-script.ts'

const set = useGateway()

async function newClient(body: object = {}): Promise<{ client: OpenAI; tenant: string }> {
  const { id, key } = await set.gateway.admin.createTenant(body)
  return { client: new OpenAI({ apiKey: key, baseURL: `${set.gateway.url}/v1` }), tenant: id }
}

const asking = (script: ScriptInput) => ({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user' as const, content: scripted(script) }],
})

describe('the official openai package, with only base URL and key changed', () => {
  it('completes a chat and is charged what the upstream billed', async () => {
    const { client, tenant } = await newClient()
    const reply = await client.chat.completions.create(asking({ input: 11, output: 7 }))
    expect(reply.choices[0]?.message.content).toBe('word '.repeat(7))
    expect(reply.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 7 })
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry).toMatchObject({ kind: 'settled', input_tokens: 11, output_tokens: 7 })
  })

  it('streams a chat; a usage chunk that was not asked for does not reach it', async () => {
    const { client, tenant } = await newClient()
    const stream = await client.chat.completions.create({
      ...asking({ id: 'stream', input: 11, output: 7 }),
      stream: true,
    })
    let text = ''
    for await (const chunk of stream) {
      expect(chunk.choices).toHaveLength(1)
      text += chunk.choices[0]?.delta.content ?? ''
    }
    expect(text).toBe('word '.repeat(7))
    const [call] = set.upstream.log.of('stream')
    expect(call?.body).toMatchObject({ stream_options: { include_usage: true } })
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry).toMatchObject({ input_tokens: 11, output_tokens: 7 })
    expect(entry?.outcome).toMatchObject({ provenance: 'provider', ended: 'completed' })
  })

  it('gets the usage chunk of a stream when it asks for it', async () => {
    const { client } = await newClient()
    const stream = await client.chat.completions.create({
      ...asking({ input: 11, output: 7 }),
      stream: true,
      stream_options: { include_usage: true },
    })
    const usages = []
    for await (const chunk of stream) if (chunk.usage) usages.push(chunk.usage)
    expect(usages).toMatchObject([{ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }])
  })

  it('streams through its chat helper with n choices, all of them charged', async () => {
    const { client, tenant } = await newClient()
    const final = await client.chat.completions
      .stream({ ...asking({ input: 5, output: 4 }), n: 3 })
      .finalChatCompletion()
    expect(final.choices).toHaveLength(3)
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry).toMatchObject({ input_tokens: 5, output_tokens: 12 })
  })

  it('makes embeddings, in the encoding that the package asks for by itself', async () => {
    const { client, tenant } = await newClient()
    const reply = await client.embeddings.create({
      model: 'text-embedding-3-small',
      input: ['one two', 'three'],
    })
    expect(reply.data.map(({ embedding }) => embedding)).toEqual([
      [7, 0.5, -0.25],
      [5, 0.5, -0.25],
    ])
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry).toMatchObject({ operation: 'embeddings', input_tokens: 3, output_tokens: 0 })
  })

  it('completes a legacy prompt, plain and streamed', async () => {
    const { client, tenant } = await newClient()
    const prompt = scripted({ input: 6, output: 4 })
    const asked = { model: 'gpt-3.5-turbo-instruct', prompt, max_tokens: 10 }
    const reply = await client.completions.create(asked)
    expect(reply.choices[0]?.text).toBe('word '.repeat(4))
    let text = ''
    for await (const chunk of await client.completions.create({ ...asked, stream: true })) {
      text += chunk.choices[0]?.text ?? ''
    }
    expect(text).toBe('word '.repeat(4))
    const entries = await set.gateway.admin.settled(tenant, 2)
    expect(entries.map((entry) => [entry.input_tokens, entry.output_tokens])).toEqual([
      [6, 4],
      [6, 4],
    ])
  })

  it('lists the models that the tenant may use, and retrieves one', async () => {
    const { client } = await newClient({ policy: { allowed_models: ['gpt-4o-mini', 'claude-*'] } })
    const models = await client.models.list()
    expect(models.data.map(({ id }) => id)).toEqual(['gpt-4o-mini'])
    expect(await client.models.retrieve('gpt-4o-mini')).toMatchObject({ id: 'gpt-4o-mini' })
    await expect(client.models.retrieve('gpt-4o')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })

  it('calls a tool: definitions pass to the upstream as they were given', async () => {
    const { client } = await newClient()
    const tools = [
      {
        type: 'function' as const,
        function: { name: 'look_up', parameters: { type: 'object', properties: {} } },
      },
    ]
    await client.chat.completions.create({ ...asking({ id: 'tools' }), tools })
    expect(set.upstream.log.of('tools')[0]?.body).toMatchObject({ tools })
  })

  it('leaves a stream by breaking out of its loop: the upstream is stopped and what came is charged', async () => {
    const { client, tenant } = await newClient()
    const stream = await client.chat.completions.create({
      ...asking({ id: 'leave', input: 11, output: 1_000, paceMs: 5 }),
      max_tokens: 2_000,
      stream: true,
    })
    let chunks = 0
    for await (const _ of stream) if ((chunks += 1) === 10) break
    const leftAtMs = Date.now()
    const call = await waitFor('the upstream to be stopped', () => {
      const [found] = set.upstream.log.of('leave')
      return found !== undefined && found.ended !== 'open' ? found : null
    })
    expect(call.ended).toBe('client left')
    expect((call.endedAtMs ?? Infinity) - leftAtMs).toBeLessThan(2_000)
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry?.outcome).toMatchObject({ ended: 'client_left' })
    expect(entry?.output_tokens).toBeGreaterThanOrEqual(8)
    expect(entry?.output_tokens).toBeLessThanOrEqual(1_000)
  })

  it('is given the output cap of the plan when it names none', async () => {
    const { client } = await newClient({ policy: { max_output_tokens: 33 } })
    const reply = await client.chat.completions.create(asking({ id: 'cap', output: 100 }))
    expect(reply.usage?.completion_tokens).toBe(33)
    expect(reply.choices[0]?.finish_reason).toBe('length')
  })
})
