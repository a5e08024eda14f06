import { describe, expect, it } from 'vitest'
import { chat } from '../support/call-gateway.ts'
import { crowd } from '../support/crowd.ts'
import { useGateway } from '../support/stage-set.ts'

const INSTANCES = 8
const set = useGateway({ instances: INSTANCES })

describe('of 400 concurrent requests over 8 instances', () => {
  it.each([1, 7, 100])('exactly %i are admitted when that is the limit', async (limit) => {
    const { admin, urls } = set.gateway
    const { id, key } = await admin.createTenant({ limits: { requests_per_minute: limit } })
    const statuses = await crowd(400, 64, async (index) => {
      const answer = await chat(urls[index % INSTANCES] ?? '', key, { script: { id } })
      await answer.text()
      return answer.status
    })
    expect(statuses.filter((status) => status === 200)).toHaveLength(limit)
    expect(statuses.filter((status) => status === 429)).toHaveLength(400 - limit)
    expect(set.upstream.log.of(id)).toHaveLength(limit)
    const usage = await admin.quiet(id)
    expect(usage.total.requests).toBe(limit)
  })

  it('none is admitted by a limit of 0', async () => {
    const { admin, url } = set.gateway
    const { id, key } = await admin.createTenant({ limits: { requests_per_minute: 0 } })
    const answers = await Promise.all([1, 2, 3].map(() => chat(url, key, { script: { id } })))
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 429])
    expect(answers[0]?.headers.get('x-should-retry')).toBe('false')
    expect(set.upstream.log.of(id)).toHaveLength(0)
  })

  it('never more are at the upstream than max_concurrency', async () => {
    const { admin, urls } = set.gateway
    const { id, key } = await admin.createTenant({ limits: { max_concurrency: 5 } })
    const statuses = await crowd(300, 64, async (index) => {
      const script = { id, delayMs: 20, output: 3 }
      const stream = index % 3 === 0
      const answer = await chat(urls[index % INSTANCES] ?? '', key, { script, stream })
      await answer.text()
      return answer.status
    })
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
    expect(set.upstream.log.peak(id)).toBeGreaterThan(1)
    expect(set.upstream.log.peak(id)).toBeLessThanOrEqual(5)
    await admin.quiet(id)
    expect((await chat(urls[0] ?? '', key)).status).toBe(200)
  })
})

it('a refused request changes no counter but the refusals', async () => {
  const { admin, url } = set.gateway
  const { id, key } = await admin.createTenant({
    limits: {
      requests_per_minute: 100,
      tokens_per_minute: 10_000,
      tokens_per_day: 20,
      usd_per_day: '1.00',
    },
  })
  const answers = await crowd(30, 10, () => chat(url, key))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([429]))
  const usage = await admin.usage(id)
  expect(usage.total).toMatchObject({ requests: 0, refused: 30, input_tokens: 0, cost_usd: '0.00' })
  for (const { used, held } of usage.limits) expect([Number(used), Number(held)]).toEqual([0, 0])
})
