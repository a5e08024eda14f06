import { describe, expect, it } from 'vitest'
import { waitFor } from '../support/admin-client.ts'
import { chat } from '../support/call-gateway.ts'
import { useGateway } from '../support/stage-set.ts'

const INSTANCES = 8
const ROUNDS = 5
const set = useGateway({ instances: INSTANCES })

/** The status that each instance answers to one request, all sent after this call began. */
async function everywhere(key: string): Promise<number[]> {
  return Promise.all(
    set.gateway.urls.map(async (url) => {
      const answer = await chat(url, key)
      await answer.text()
      return answer.status
    }),
  )
}

const all = (status: number): number[] => Array.from({ length: INSTANCES }, () => status)

describe('a change that was answered governs the very next request on all 8 instances', () => {
  it('a revoked key', async () => {
    const { admin } = set.gateway
    const { id } = await admin.createTenant()
    for (let round = 0; round < ROUNDS; round++) {
      const { id: keyId, key } = await admin.createKey(id)
      expect(await everywhere(key)).toEqual(all(200))
      await admin.revokeKey(id, keyId)
      expect(await everywhere(key)).toEqual(all(401))
    }
  })

  it('a suspended and a reactivated tenant', async () => {
    const { admin } = set.gateway
    const { id, key } = await admin.createTenant()
    for (let round = 0; round < ROUNDS; round++) {
      expect(await everywhere(key)).toEqual(all(200))
      await admin.suspend(id)
      expect(await everywhere(key)).toEqual(all(403))
      await admin.reactivate(id)
    }
  })

  it('a suspended tenant may still look at itself, an archived and an erased one may not', async () => {
    const { admin, urls } = set.gateway
    const { id, key } = await admin.createTenant()
    const looking = () =>
      Promise.all(
        urls.map(async (url) => {
          const answer = await fetch(`${url}/tenant`, { headers: { 'x-api-key': key } })
          await answer.text()
          return answer.status
        }),
      )
    expect(await everywhere(key)).toEqual(all(200))
    await admin.suspend(id)
    expect([await everywhere(key), await looking()]).toEqual([all(403), all(200)])
    expect((await admin.request('POST', `/tenants/${id}/archive`)).status).toBe(200)
    expect([await everywhere(key), await looking()]).toEqual([all(403), all(403)])
    expect((await admin.request('DELETE', `/tenants/${id}`)).status).toBe(200)
    expect([await everywhere(key), await looking()]).toEqual([all(401), all(401)])
    expect((await admin.request('POST', '/tenants', { id })).status).toBe(409)
  })

  it('a plan, once the job that carries it is done', async () => {
    const { admin } = set.gateway
    const name = 'faults-plan'
    const limits = { requests_per_minute: 1_000, usd_per_day: null, max_concurrency: null }
    const policy = { allowed_models: ['*'], max_context_tokens: null }
    const made = await admin.request('POST', '/plans', { name, limits, policy })
    expect(made.status).toBe(201)
    const { key } = await admin.createTenant({ plan: name })
    expect(await everywhere(key)).toEqual(all(200))
    const change = { limits: { requests_per_minute: 1 } }
    const answer = await admin.request('PATCH', `/plans/${name}`, change)
    expect(answer.status).toBe(202)
    const { job } = (await answer.json()) as { job: { id: string } }
    await waitFor('the end of the job', async () => {
      const asked = await admin.request('GET', `/jobs/${job.id}`)
      const told = (await asked.json()) as { job: { status: string } }
      return told.job.status === 'done' ? true : null
    })
    expect(await everywhere(key)).toEqual(all(429))
  })

  it('a lowered and a raised limit', async () => {
    const { admin } = set.gateway
    const { id, key } = await admin.createTenant({ limits: { requests_per_minute: 10_000 } })
    for (let round = 0; round < ROUNDS; round++) {
      expect(await everywhere(key)).toEqual(all(200))
      await admin.change(id, { limits: { requests_per_minute: 1 } })
      expect(await everywhere(key)).toEqual(all(429))
      await admin.change(id, { limits: { requests_per_minute: 10_000 } })
    }
  })

  it('a model that is no longer allowed, and is again', async () => {
    const { admin } = set.gateway
    const { id, key } = await admin.createTenant()
    for (let round = 0; round < ROUNDS; round++) {
      expect(await everywhere(key)).toEqual(all(200))
      await admin.change(id, { policy: { allowed_models: ['claude-*'] } })
      expect(await everywhere(key)).toEqual(all(403))
      await admin.change(id, { policy: { allowed_models: ['*'] } })
    }
  })

  it('a rotated key: the old one at once where there is no grace, the new one everywhere', async () => {
    const { admin } = set.gateway
    const { id } = await admin.createTenant()
    const old = await admin.createKey(id)
    expect(await everywhere(old.key)).toEqual(all(200))
    const answer = await admin.request('POST', `/tenants/${id}/keys/${old.id}/rotate`, {
      grace_seconds: 0,
    })
    expect(answer.status).toBe(201)
    const { key } = (await answer.json()) as { key: string }
    expect(await everywhere(old.key)).toEqual(all(401))
    expect(await everywhere(key)).toEqual(all(200))
  })
})

it('a revoked key cannot be told from one that never was', async () => {
  const { admin, url } = set.gateway
  const { id } = await admin.createTenant()
  const other = await admin.createTenant()
  const revoked = await admin.createKey(id)
  await admin.revokeKey(id, revoked.id)
  const strange = other.key.replace(`tg_${other.id}_`, `tg_${id}_`)
  const bodies = await Promise.all(
    [revoked.key, strange].map(async (key) => {
      const answer = await chat(url, key)
      const { request_id: _, ...body } = (await answer.json()) as Record<string, unknown>
      return { status: answer.status, body }
    }),
  )
  expect(bodies[0]).toEqual(bodies[1])
  expect(bodies[0]?.status).toBe(401)
})
