// A tenant whose quota of vectors is full, in front of a Qdrant stand-in, and what is to happen once
// after the service's next answer about ids. Of every refusal it is told where it was counted.
import { expect, onTestFinished, vi } from 'vitest'
import { TenantId } from '../../../src/tenant/slug.ts'
import { type OpenGateway, openGateway } from '../../support/fakes/gateway.ts'
import { scriptedFetch } from '../../support/fakes/scripted-fetch.ts'
import { cluster, quietInTime, vectorUpstream } from '../../support/fakes/vector-upstream.ts'
import { startQdrant } from '../../support/qdrant/server.ts'

export const points = (...ids: readonly number[]) => ({
  points: ids.map((id) => ({ id, vector: [id, 1] })),
})

/** Four points of four, in one collection of one. */
export async function fullQuota(limits: object = {}) {
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
  const quotas = { max_collections: 1, max_vectors: 4 }
  const { key } = await gateway.makeTenant({ id: 'acme', quotas, limits })
  const ask = async (method: string, path: string, body: object, collection = 'docs') => {
    const response = await gateway.send(`/qdrant/collections/${collection}${path}`, {
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
  const refused = () => refusals(gateway, key)
  return { server, gateway, meanwhile, ask, counted, refused, questions: () => questions }
}

/** As the counters and the report have them, and by limit as the ledger has them a minute later. */
export async function refusals(gateway: OpenGateway, key: string) {
  await quietInTime(gateway)
  const answer = await gateway.send('/tenant/usage', { headers: { 'x-api-key': key } })
  const { groups } = (await answer.json()) as { groups: { refused: number }[] }
  const { totals } = await gateway.account('acme')
  await gateway.clock.advance(60_000)
  await gateway.gateway.store.run(TenantId.parse('acme'), { type: 'sweep' })
  const entries = await gateway.ledger('acme')
  return {
    counted: totals.refused,
    reported: groups.reduce((sum, group) => sum + group.refused, 0),
    entered: entries.flatMap((entry) =>
      entry.kind === 'refused' ? [[entry.reason, entry.limit, entry.count]] : [],
    ),
  }
}
