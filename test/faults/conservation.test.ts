import { expect, it } from 'vitest'
import { nanoUsd } from '../support/admin-client.ts'
import { chat, messages, post } from '../support/call-gateway.ts'
import { crowd } from '../support/crowd.ts'
import { invoice } from '../support/oracle.ts'
import { useGateway } from '../support/stage-set.ts'
import { seeded } from '../support/upstream-bytes.ts'

const INSTANCES = 4
const REQUESTS = 2_000
const set = useGateway({ instances: INSTANCES })

it('charges to the nano-USD what the upstream billed, over thousands of mixed requests', async () => {
  const { admin, urls } = set.gateway
  const { id: tenant, key } = await admin.createTenant()
  const random = seeded(20_261_121)
  const below = (limit: number): number => Math.floor(random() * limit)

  const oneRequest = async (index: number): Promise<number> => {
    const url = urls[index % INSTANCES] ?? ''
    const script = {
      id: `conserve-${index}`,
      input: 1 + below(12),
      output: below(40),
      chunks: below(10) === 0 ? ('random' as const) : ('frames' as const),
      seed: index + 1,
      // One in twenty fails first and is tried again by the gateway.
      ...(below(20) === 0 && { status: 500, failures: 1 }),
    }
    const stream = below(2) === 0
    const model = ['gpt-4o-mini', 'gpt-4o', 'gpt-4.1-nano'][below(3)] ?? ''
    const ask = [
      () => chat(url, key, { stream, script, body: { model } }),
      () => chat(url, key, { stream, script, body: { model, n: 1 + below(3) } }),
      () => messages(url, key, { stream, script }),
      () =>
        post(`${url}/v1/embeddings`, {
          headers: { authorization: `Bearer ${key}` },
          body: {
            model: 'text-embedding-3-small',
            input: `${'word '.repeat(12)}#script:${JSON.stringify(script)}`,
          },
        }),
    ][below(4)]
    const answer = await ask?.()
    await answer?.text()
    return answer?.status ?? 0
  }
  const statuses = await crowd(REQUESTS, 48, oneRequest)
  expect(statuses.filter((status) => status !== 200)).toEqual([])

  const entries = await admin.settled(tenant, REQUESTS)
  const usage = await admin.quiet(tenant)
  const billed = invoice(set.upstream.log.calls)
  const inLedger = entries.reduce((sum, entry) => sum + nanoUsd(entry.cost_usd), 0n)
  expect(entries).toHaveLength(REQUESTS)
  expect(inLedger - billed).toBe(0n)
  expect(nanoUsd(usage.total.cost_usd) - billed).toBe(0n)
  const budget = usage.limits.find(({ name }) => name === 'usd_per_month')
  expect(nanoUsd(String(budget?.used)) - billed).toBe(0n)
  const tokens = set.upstream.log.calls.reduce((sum, { billed: { input } }) => sum + input, 0)
  expect(usage.total.input_tokens).toBe(tokens)
  expect(new Set(entries.map(({ request_id }) => request_id)).size).toBe(REQUESTS)
}, 120_000)
