// Many clients at once against one account: a limit of N admits exactly N, whoever comes first.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdmitCommand, AdmitReply } from '../../src/account/commands.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { START_MS, admit, create, perMinute, usdPerDay } from './commands.ts'
import {
  DurableObjectHarness,
  bundleStoreWorker,
  temporaryFolder,
} from './durable-object-harness.ts'

const CLIENTS = 8
const REQUESTS = process.env['TOLLGATE_LONG'] === '1' ? 10_000 : 1_000
const LIMITS = [1, 7, 100, 600]
const VERSION = 'inc-1.1.nonce-1'

describe(`${REQUESTS} concurrent admissions from ${CLIENTS} clients`, { timeout: 120_000 }, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let objects: DurableObjectHarness

  beforeAll(async () => {
    folder = await temporaryFolder()
    objects = await DurableObjectHarness.open(await bundleStoreWorker(), folder.path)
    objects.clock.nowMs = START_MS
  })
  afterAll(async () => {
    await objects.close()
    await folder.remove()
  })

  async function flood(slug: string, demands: Partial<AdmitCommand>) {
    const tenant = TenantId.parse(slug)
    await objects.store.run(tenant, create(tenant))
    const clients = Array.from({ length: CLIENTS }, (_client, c) =>
      Array.from({ length: REQUESTS / CLIENTS }, (_request, n) =>
        admit(VERSION, `hold-${c}-${n}`, START_MS, demands),
      ),
    )
    const replies = await Promise.all(
      clients.map((commands) => objects.call<AdmitReply[]>('runAll', tenant, commands)),
    )
    const view = await objects.store.run(tenant, { type: 'view', rates: [], budgets: [] })
    if (view.type !== 'viewed') throw new Error(view.type)
    const types = replies.flat().map(({ type }) => type)
    return {
      admitted: types.filter((type) => type === 'admitted').length,
      refused: types.filter((type) => type === 'refused').length,
      live: view.counters.live,
      counted: view.counters.totals.refused,
    }
  }

  const exactly = (limit: number) => ({
    admitted: limit,
    refused: REQUESTS - limit,
    live: limit,
    counted: REQUESTS - limit,
  })

  it.each(LIMITS)('admit exactly %i under a rate of as many a minute', async (limit) => {
    expect(await flood(`rate-${limit}`, { rates: [perMinute(limit)] })).toEqual(exactly(limit))
  })

  it.each([100])('admit exactly %i under a budget for as many', async (limit) => {
    const budgets = [usdPerDay(limit * 500, 500, 0)]
    expect(await flood(`budget-${limit}`, { budgets })).toEqual(exactly(limit))
  })

  it.each([7])('admit exactly %i under as many at a time', async (limit) => {
    expect(await flood(`level-${limit}`, { maxConcurrency: limit })).toEqual(exactly(limit))
  })
})
