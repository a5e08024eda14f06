import { describe, expect, it } from 'vitest'
import { chat, messages } from '../support/call-gateway.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway()

/** The configured time-outs, first byte and idle alike. */
const TIMEOUT_MS = 60_000

describe.concurrent('an upstream that falls silent is cut within a second of its time-out', () => {
  it.each([
    ['openai', chat],
    ['anthropic', messages],
  ] as const)('mid-stream, %s: the stream ends with an error', async (name, ask) => {
    const { admin, url } = set.gateway
    const { id, key } = await admin.createTenant()
    const script = { id: `silent-${name}`, input: 9, output: 50, hangAfter: 20 }
    const answer = await ask(url, key, { stream: true, script })
    const startedAtMs = Date.now()
    const text = await answer.text()
    const tookMs = Date.now() - startedAtMs
    expect(tookMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 1_000)
    expect(tookMs).toBeLessThanOrEqual(TIMEOUT_MS + 1_000)
    expect(text).toContain('"error"')
    await admin.quiet(id)
    const [entry] = await admin.settled(id, 1)
    expect(entry?.outcome).toMatchObject({ ended: 'upstream_failed' })
    expect(entry?.output_tokens).toBeGreaterThan(0)
    expect(set.upstream.log.of(script.id)[0]?.ended).toBe('client left')
  })

  it('after the headers of a plain reply: 504, and nothing stays held', async () => {
    const { admin, url } = set.gateway
    const { id, key } = await admin.createTenant()
    const startedAtMs = Date.now()
    const answer = await chat(url, key, { script: { id: 'silent-plain', hang: 'after headers' } })
    expect(answer.status).toBe(504)
    expect(Date.now() - startedAtMs).toBeLessThanOrEqual(TIMEOUT_MS + 1_500)
    await admin.quiet(id)
  })

  it('but a slow one that goes on is not', async () => {
    const { admin, url } = set.gateway
    const { id, key } = await admin.createTenant()
    const script = { input: 9, output: 14, paceMs: 6_000 }
    const text = await (await chat(url, key, { stream: true, script })).text()
    expect(text).toContain('[DONE]')
    const [entry] = await admin.settled(id, 1)
    expect(entry).toMatchObject({ kind: 'settled', input_tokens: 9, output_tokens: 14 })
  })
})
