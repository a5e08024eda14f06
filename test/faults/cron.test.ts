// The cron trigger as a deployment fires it: a `scheduled` event to the built Worker in workerd.
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import * as z from 'zod'
import { admit } from '../store/commands.ts'
import { crowd } from '../support/crowd.ts'
import { archivedEarlier, madeEarlier } from '../support/earlier.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway({ cron: true })

const DAY_MS = 86_400_000
const TENANTS = 60
const KILL_STEP_MS = 5
/** On a machine that others may be busy with. */
const PATIENCE_MS = 90_000
const Job = z.looseObject({ id: z.string(), status: z.string(), done: z.int(), total: z.int() })
const Jobs = z.looseObject({ jobs: z.array(Job) })

async function statusOf(method: string, path: string, body?: object): Promise<number> {
  const answer = await set.gateway.admin.request(method, path, body)
  await answer.text()
  return answer.status
}

/** Looking at the list carries no job on. */
async function findJob(id: string) {
  const answer = await set.gateway.admin.request('GET', '/jobs')
  return Jobs.parse(await answer.json()).jobs.find((job) => job.id === id)
}

/** Killed a little later each time, until it is in the middle of a job. */
async function leaveUndone(): Promise<string> {
  const { gateway } = set
  for (let round = 1; round <= 40; round++) {
    const change = { limits: { requests_per_minute: round } }
    const asked = gateway.admin.request('PATCH', '/plans/ticking', change).catch(() => null)
    await pause(round * KILL_STEP_MS)
    await gateway.killAndRestart()
    await asked
    const answer = await gateway.admin.request('GET', '/jobs')
    const left = Jobs.parse(await answer.json()).jobs.find(({ status }) => status === 'running')
    if (left !== undefined) return left.id
  }
  throw new Error('every job was done before it could be killed')
}

it(
  'carries a job on that a kill -9 has left undone',
  async () => {
    const { gateway } = set
    expect(await statusOf('POST', '/plans', { name: 'ticking' })).toBe(201)
    await crowd(TENANTS, 8, () => gateway.admin.createTenant({ plan: 'ticking' }))
    const id = await leaveUndone()
    await gateway.fireCron()
    const done = { status: 'done', total: TENANTS, done: TENANTS, failed: [] }
    expect(await findJob(id)).toMatchObject(done)
  },
  PATIENCE_MS,
)

describe.runIf(inject('store') === 'redis')('on a store that nothing wakes', () => {
  const bridge = () => {
    const { redis } = set.store
    if (redis === null) throw new Error('this needs a Redis')
    return redis.bridge
  }

  it('purges what was archived longer ago than its retention, and nothing else', async () => {
    await archivedEarlier(bridge(), 'over', 2 * DAY_MS)
    await archivedEarlier(bridge(), 'not-yet', DAY_MS - 60_000)
    await set.gateway.fireCron()
    expect(await statusOf('GET', '/tenants/over')).toBe(404)
    expect(await statusOf('POST', '/tenants', { id: 'over' })).toBe(409)
    expect(await statusOf('GET', '/tenants/not-yet')).toBe(200)
  })

  it('completes an erasure that broke off', async () => {
    const { id } = await set.gateway.admin.createTenant()
    bridge().setPlan(({ script }) =>
      script === 'erase' ? { kind: 'redis_error', code: 'BUSY' } : null,
    )
    expect(await statusOf('DELETE', `/tenants/${id}?force=true`)).toBe(503)
    bridge().setPlan(() => null)
    expect(await statusOf('GET', `/tenants/${id}`)).toBe(200)
    await set.gateway.fireCron()
    expect(await statusOf('GET', `/tenants/${id}`)).toBe(404)
  })

  it('ends the hold of a request that broke off, though its tenant never comes again', async () => {
    const { tenant, store, nowMs } = await madeEarlier(bridge(), 'silent', 5 * 60_000)
    const admitted = await store.run(tenant, admit('inc-1.1.nonce-1', 'hold-1', nowMs))
    expect(admitted.type).toBe('admitted')
    // A run looks at 250 tenants; wherever the last one has stopped, two get round to all of them.
    await set.gateway.fireCron()
    await set.gateway.fireCron()
    const entries = await store.ledger(tenant, 1, 10)
    expect(entries.map(({ kind }) => kind)).toEqual(['expired'])
  })
})
