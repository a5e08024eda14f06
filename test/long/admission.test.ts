import { expect, it } from 'vitest'
import { chat } from '../support/call-gateway.ts'
import { crowd } from '../support/crowd.ts'
import { useGateway } from '../support/stage-set.ts'

const INSTANCES = 8
const REQUESTS = 10_000
const set = useGateway({ instances: INSTANCES })

it.each([1, 7, 100, 600])(
  'of 10,000 concurrent requests exactly %i are admitted',
  async (limit) => {
    const { admin, urls } = set.gateway
    // An hour's window, so that none of it passes while they are sent.
    const { id, key } = await admin.createTenant({ limits: { requests_per_hour: limit } })
    const statuses = await crowd(REQUESTS, 64, async (index) => {
      const answer = await chat(urls[index % INSTANCES] ?? '', key, { script: { id, output: 1 } })
      await answer.text()
      return answer.status
    })
    expect(statuses.filter((status) => status === 200)).toHaveLength(limit)
    expect(statuses.filter((status) => status === 429)).toHaveLength(REQUESTS - limit)
    expect(set.upstream.log.of(id)).toHaveLength(limit)
  },
)
