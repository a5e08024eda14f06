import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { chat, messages } from '../support/call-gateway.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway()

const Overage = z.object({ tokens: z.int(), cost_usd: z.string() })

const REFUND_WITHIN_MS = 1_000

describe('an upstream that fails before its first token costs nothing, and all is given back', () => {
  it.each([400, 401, 403, 404, 413, 422, 429, 500, 502, 503, 529])('%i', async (status) => {
    const { admin, url } = set.gateway
    const { id, key } = await admin.createTenant({ limits: { usd_per_day: '1.00' } })
    for (const ask of [chat, messages]) {
      const answer = await ask(url, key, { script: { id: `refund-${status}`, status } })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      await answer.text()
    }
    const answeredAtMs = Date.now()
    const usage = await admin.quiet(id)
    expect(Date.now() - answeredAtMs).toBeLessThan(REFUND_WITHIN_MS)
    expect(usage.total).toMatchObject({ cost_usd: '0.00', input_tokens: 0, output_tokens: 0 })
    const budget = usage.limits.find(({ name }) => name === 'usd_per_day')
    expect(Number(budget?.used)).toBe(0)
  })

  it('a connection that is destroyed before the answer', async () => {
    const { admin, url } = set.gateway
    const { id, key } = await admin.createTenant()
    const script = { id: 'refund-broken', breakAfter: 0 }
    const answer = await chat(url, key, { stream: true, script })
    expect(answer.status).toBe(502)
    const usage = await admin.quiet(id)
    expect(usage.total.output_tokens).toBe(0)
  })
})

describe('an upstream that fails after k tokens', () => {
  it.each([1, 10, 30])('costs the input and about k = %i tokens', async (pieces) => {
    const { admin, url } = set.gateway
    const { id, key } = await admin.createTenant()
    const script = { input: 20, output: 50, errorAfter: pieces }
    await (await messages(url, key, { stream: true, script })).text()
    const [entry] = await admin.settled(id, 1)
    expect(entry?.input_tokens).toBe(20)
    expect(entry?.output_tokens).toBeGreaterThanOrEqual(pieces / 2)
    expect(entry?.output_tokens).toBeLessThanOrEqual(2 * pieces + 2)
    expect(entry?.outcome).toMatchObject({ provenance: 'partial', ended: 'upstream_failed' })
  })
})

it('an upstream that ignores the output cap is charged in full, and the excess is shown', async () => {
  const { admin, url } = set.gateway
  const { id, key } = await admin.createTenant()
  const script = { input: 5, output: 500, ignoreCap: true }
  await (await chat(url, key, { script, body: { max_tokens: 10 } })).text()
  const [entry] = await admin.settled(id, 1)
  expect(entry).toMatchObject({ input_tokens: 5, output_tokens: 500 })
  const { tokens } = Overage.parse(entry?.['overage'])
  expect(tokens).toBeGreaterThan(400)
  expect(tokens).toBeLessThanOrEqual(490)
})
