import { expect, it } from 'vitest'
import { chat } from '../support/call-gateway.ts'
import { crowd } from '../support/crowd.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway({ instances: 2 })

it('a tenant at a hundred times its limit takes nothing from another', async () => {
  const { admin, urls } = set.gateway
  const noisy = await admin.createTenant({ limits: { requests_per_minute: 5 } })
  const quiet = await admin.createTenant({ limits: { requests_per_minute: 60 } })
  const ask = async (key: string, index: number) => {
    const answer = await chat(urls[index % urls.length] ?? '', key)
    await answer.text()
    return answer.status
  }
  const [flood, others] = await Promise.all([
    crowd(500, 24, (index) => ask(noisy.key, index)),
    crowd(60, 1, (index) => ask(quiet.key, index)),
  ])
  expect(flood.filter((status) => status === 200)).toHaveLength(5)
  expect(flood.filter((status) => status === 429)).toHaveLength(495)
  expect(new Set(others)).toEqual(new Set([200]))
})
