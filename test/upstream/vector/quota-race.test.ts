// A write at a full quota is admitted for what is new in it. What was said of that must still be true
// when it is admitted: ids that were deleted meanwhile, and others in their place, would pass the limit.
import { expect, it, onTestFinished, vi } from 'vitest'
import { openGateway } from '../../support/fakes/gateway.ts'
import { scriptedFetch } from '../../support/fakes/scripted-fetch.ts'
import { cluster, quietInTime, vectorUpstream } from '../../support/fakes/vector-upstream.ts'
import { startQdrant } from '../../support/qdrant/server.ts'

const points = (...ids: readonly number[]) => ({
  points: ids.map((id) => ({ id, vector: [id, 1] })),
})

/** A tenant with four points of four, and what is to happen once after a service's next answer of ids. */
async function fullQuota() {
  const server = await startQdrant({ later: (apply) => apply() })
  onTestFinished(() => server.close())
  const meanwhile: (() => Promise<void>)[] = []
  let questions = 0
  const gateway = openGateway({
    upstream: scriptedFetch(),
    vectors: [vectorUpstream('qdrant', [cluster(server, server.apiKey)])],
    async fetch(url, init) {
      const answer = await fetch(url, init)
      if (!new URL(url).pathname.endsWith('/points') || init?.method !== 'POST') return answer
      questions += 1
      await meanwhile.shift()?.()
      return answer
    },
  })
  const { key } = await gateway.makeTenant({ id: 'acme', quotas: { max_vectors: 4 } })
  const ask = async (method: string, path: string, body: object) => {
    const response = await gateway.send(`/qdrant/collections/docs${path}`, {
      method,
      headers: { 'api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.status
  }
  await ask('PUT', '', { vectors: { size: 2, distance: 'Dot' } })
  expect(await ask('PUT', '/points', points(1, 2, 3, 4))).toBe(200)
  await quietInTime(gateway)
  const counted = (vectors: number) =>
    vi.waitFor(async () => {
      const answer = await gateway.admin('GET', '/tenants/acme/quotas')
      const level = expect.objectContaining({ name: 'max_vectors', used: vectors })
      expect(await answer.json()).toMatchObject({ quotas: expect.arrayContaining([level]) })
    })
  return { server, meanwhile, ask, counted, questions: () => questions }
}

it('refuses a write whose ids were deleted, and their room taken, while it was measured', async () => {
  const { server, meanwhile, ask, counted } = await fullQuota()
  meanwhile.push(async () => {
    expect(await ask('POST', '/points/delete', { points: [1, 2] })).toBe(200)
    await counted(2)
    expect(await ask('PUT', '/points', points(5, 6))).toBe(200)
    await counted(4)
  })
  expect(await ask('PUT', '/points', points(1, 2))).toBe(429)
  expect(server.totalPoints).toBe(4)
})

it('measures anew where another write came between, and admits what fits', async () => {
  const { server, meanwhile, ask, questions } = await fullQuota()
  meanwhile.push(async () => {
    expect(await ask('POST', '/points/delete', { points: [4] })).toBe(200)
  })
  expect(await ask('PUT', '/points', points(1, 2))).toBe(200)
  expect([server.totalPoints, questions()]).toEqual([3, 2])
})

it('gives up on a place that is never still, with the refusal', async () => {
  const { meanwhile, ask, questions } = await fullQuota()
  const remove = async () => {
    expect(await ask('POST', '/points/delete', { points: [9] })).toBe(200)
  }
  meanwhile.push(remove, remove, remove, remove)
  expect(await ask('PUT', '/points', points(1, 2))).toBe(429)
  expect(questions()).toBe(3)
})
