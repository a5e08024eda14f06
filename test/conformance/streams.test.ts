import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chat, messages } from '../support/call-gateway.ts'
import { useGateway } from '../support/stage-set.ts'
import type { ScriptInput } from '../support/upstream-script.ts'

const set = useGateway()

const hazards: [name: string, script: Omit<ScriptInput, 'id'>][] = [
  ['whole frames', {}],
  ['everything in one chunk', { chunks: 'whole' }],
  ['chunks of one byte', { chunks: 'bytes', output: 2 }],
  ['one-byte chunks that split four-byte characters', { chunks: 'bytes', output: 2, piece: '👩‍👩‍👧 ' }],
  ['chunks cut at random, seed 1', { chunks: 'random', seed: 1, piece: 'Zürich 東京 🚀 ' }],
  ['chunks cut at random, seed 2', { chunks: 'random', seed: 2, piece: 'Zürich 東京 🚀 ' }],
  ['CRLF line ends', { lineEnd: '\r\n', chunks: 'random', seed: 3 }],
  ['CR line ends', { lineEnd: '\r', chunks: 'random', seed: 4 }],
  ['keep-alive comments', { comments: true, chunks: 'random', seed: 5 }],
  ['bytes that are not UTF-8, cut at random', { invalidUtf8: true, chunks: 'random', seed: 6 }],
  ['bytes that are not UTF-8, one by one', { invalidUtf8: true, chunks: 'bytes', output: 2 }],
  ['garbage after the end mark', { afterDone: 'data: {"no": json\n\n\u0000 garbage' }],
  ['no end mark', { done: false }],
  ['a frame of five megabytes', { hugePiece: 5_000_000 }],
]

/** The one line that the gateway adds, wherever it stands; `latin1` keeps every byte. */
const OWN_COMMENT = /: tollgate-usage (\{.*\})\n\n/

interface Passed {
  readonly sha256: string
  readonly note: unknown
}

async function read(answer: Response): Promise<Passed> {
  const text = Buffer.from(await answer.arrayBuffer()).toString('latin1')
  const parts = text.split(OWN_COMMENT)
  if (parts.length !== 3) throw new Error(`${(parts.length - 1) / 2} usage comments in the stream`)
  const [before = '', json = '', after = ''] = parts
  const bytes = Buffer.from(before + after, 'latin1')
  return { sha256: createHash('sha256').update(bytes).digest('hex'), note: JSON.parse(json) }
}

describe('bytes of an OpenAI stream pass as they came, but for one comment line', () => {
  it.each(hazards)('%s', async (name, hazard) => {
    const { id: tenant, key } = await set.gateway.admin.createTenant()
    const id = `openai ${name}`
    const script = { ...hazard, id, input: 12, output: hazard.output ?? 9 }
    const body = { stream_options: { include_usage: true } }
    const answer = await chat(set.gateway.url, key, { stream: true, script, body })
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const passed = await read(answer)
    const [call] = set.upstream.log.of(id)
    expect(passed.sha256).toBe(call?.sha256)
    const output = script.output + (hazard.hugePiece === undefined ? 0 : 1)
    expect(call?.billed).toEqual({ input: 12, output })
    expect(passed.note).toMatchObject({ input_tokens: 12, output_tokens: output })
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry).toMatchObject({ input_tokens: 12, output_tokens: output })
  })
})

describe('bytes of an Anthropic stream pass as they came, but for one comment line', () => {
  it.each(hazards.filter(([name]) => name !== 'no end mark'))('%s', async (name, hazard) => {
    const { id: tenant, key } = await set.gateway.admin.createTenant()
    const id = `anthropic ${name}`
    const script = { ...hazard, id, input: 12, output: hazard.output ?? 9 }
    const passed = await read(await messages(set.gateway.url, key, { stream: true, script }))
    const [call] = set.upstream.log.of(id)
    expect(passed.sha256).toBe(call?.sha256)
    const output = script.output + (hazard.hugePiece === undefined ? 0 : 1)
    expect(passed.note).toMatchObject({ input_tokens: 12, output_tokens: output })
    const [entry] = await set.gateway.admin.settled(tenant, 1)
    expect(entry).toMatchObject({ input_tokens: 12, output_tokens: output })
  })
})

describe('usage inside a stream', () => {
  it('stands just before the end mark', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const text = await (await chat(set.gateway.url, key, { stream: true })).text()
    expect(text).toMatch(/\n\n: tollgate-usage \{[^\n]*\}\n\ndata: \[DONE\]\n\n$/)
  })

  it('comes as a named event when the client asks for it', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const headers = { 'tollgate-usage': 'event' }
    const text = await (await chat(set.gateway.url, key, { stream: true, headers })).text()
    expect(text).toMatch(/\n\nevent: tollgate-usage\ndata: \{[^\n]*\}\n\ndata: \[DONE\]\n\n$/)
    expect(text).not.toContain(': tollgate-usage {')
  })

  it('is estimated, and never nothing, when the upstream tells none', async () => {
    const { id, key } = await set.gateway.admin.createTenant()
    const script = { output: 40, usage: null }
    const text = await (await chat(set.gateway.url, key, { stream: true, script })).text()
    expect(text).toContain('"source":"estimated"')
    const [entry] = await set.gateway.admin.settled(id, 1)
    expect(entry?.outcome).toMatchObject({ provenance: 'estimated', ended: 'completed' })
    expect(entry?.input_tokens).toBeGreaterThan(0)
    expect(entry?.output_tokens).toBeGreaterThanOrEqual(20)
    expect(entry?.output_tokens).toBeLessThanOrEqual(80)
  })

  const absurd: [name: string, usage: Record<string, unknown>][] = [
    ['negative', { prompt_tokens: -5, completion_tokens: -7, total_tokens: -12 }],
    ['strings', { prompt_tokens: '5', completion_tokens: '7' }],
    ['nulls', { prompt_tokens: null, completion_tokens: null }],
    ['beyond any count', { prompt_tokens: 1e18, completion_tokens: 1e18 }],
    ['fractions', { prompt_tokens: 1.5, completion_tokens: 2.5 }],
  ]
  it.each(absurd)('is never believed when it is absurd: %s', async (_, usage) => {
    const { id, key } = await set.gateway.admin.createTenant()
    for (const stream of [true, false]) {
      const answer = await chat(set.gateway.url, key, { stream, script: { output: 40, usage } })
      expect(answer.status).toBe(200)
      await answer.text()
    }
    const entries = await set.gateway.admin.settled(id, 2)
    for (const entry of entries) {
      expect(entry.input_tokens).toBeGreaterThan(0)
      expect(entry.input_tokens).toBeLessThan(1_000)
      expect(entry.output_tokens).toBeGreaterThan(0)
      expect(entry.output_tokens).toBeLessThan(1_000)
    }
  })

  it('is charged at the price of the model that was served', async () => {
    const { id, key } = await set.gateway.admin.createTenant()
    const script = { input: 1_000, output: 10, served: 'gpt-4o' }
    await (await chat(set.gateway.url, key, { stream: true, script })).text()
    const [entry] = await set.gateway.admin.settled(id, 1)
    // $2.50 and $10 a million.
    expect(entry?.cost_usd).toBe(((1_000 * 2_500 + 10 * 10_000) / 1e9).toString())
  })
})

describe('a slow or broken stream', () => {
  it('arrives piece by piece, not at its end', async () => {
    const { key } = await set.gateway.admin.createTenant()
    const script = { output: 10, paceMs: 50 }
    const startedAtMs = performance.now()
    const answer = await chat(set.gateway.url, key, { stream: true, script })
    const arrivals: number[] = []
    for await (const _ of answer.body ?? []) arrivals.push(performance.now() - startedAtMs)
    expect(arrivals.length).toBeGreaterThanOrEqual(8)
    const [first = 0, last = 0] = [arrivals[0], arrivals.at(-1)]
    expect(last - first).toBeGreaterThan(300)
  })

  it('is charged for what came when the upstream breaks off', async () => {
    const { id, key } = await set.gateway.admin.createTenant()
    const script = { id: 'broken', input: 30, output: 50, breakAfter: 21, paceMs: 5 }
    const text = await (await chat(set.gateway.url, key, { stream: true, script })).text()
    expect(text).toContain('"error"')
    expect(text).not.toContain('[DONE]')
    const [entry] = await set.gateway.admin.settled(id, 1)
    expect(entry?.outcome).toMatchObject({ ended: 'upstream_failed' })
    const [call] = set.upstream.log.of('broken')
    expect(call?.billed.output).toBe(20)
    expect(entry?.output_tokens).toBeGreaterThanOrEqual(10)
    expect(entry?.output_tokens).toBeLessThanOrEqual(40)
    const usage = await set.gateway.admin.quiet(id)
    expect(usage.total.requests).toBe(1)
  })
})
