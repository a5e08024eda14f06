import { expect, it } from 'vitest'
import { chat } from '../support/call-gateway.ts'
import { openStreams } from '../support/hanging-streams.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway()

it('kill -9 mid-stream loses nothing: what was settled stays, what was held stays held', async () => {
  const { gateway } = set
  const { id, key } = await gateway.admin.createTenant({
    limits: { max_concurrency: 4, tokens_per_day: 10_000, requests_per_minute: 100 },
  })
  for (let at = 0; at < 5; at++) await (await chat(gateway.url, key)).text()
  const before = await gateway.admin.quiet(id)
  const streams = { key, id, count: 3, pieces: 10, input: 8, maxTokens: 100 }
  await openStreams(set, streams)

  await gateway.killAndRestart()

  const after = await gateway.admin.usage(id)
  expect(after.total).toEqual(before.total)
  const limits = new Map(after.limits.map((limit) => [limit.name, limit]))
  expect(limits.get('max_concurrency')?.used).toBe(3)
  expect(Number(limits.get('tokens_per_day')?.held)).toBeGreaterThanOrEqual(3 * 100)
  expect(limits.get('requests_per_minute')?.used).toBe(8)
  const seqs = (await gateway.admin.ledger(id)).map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.map((_, at) => at + 1))

  // The orphans still count: of two at once, one fits below max_concurrency.
  const script = { delayMs: 200 }
  const both = await Promise.all([1, 2].map(() => chat(gateway.url, key, { script })))
  expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 429]))
})

it('a tenant, a key and a change that were answered before kill -9 are there after it', async () => {
  const { gateway } = set
  const { id, key } = await gateway.admin.createTenant()
  const second = await gateway.admin.createKey(id)
  await gateway.admin.revokeKey(id, second.id)
  await gateway.admin.change(id, { limits: { requests_per_minute: 1 } })
  await gateway.killAndRestart()
  expect((await chat(gateway.url, key)).status).toBe(200)
  expect((await chat(gateway.url, key)).status).toBe(429)
  expect((await chat(gateway.url, second.key)).status).toBe(401)
})
