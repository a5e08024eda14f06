// The Durable Object store and the model in memory live through the same random histories, the
// object losing its memory now and then: same replies, same ledger, same records to the last one.
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordKind } from '../../src/account/records.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import {
  DurableObjectHarness,
  bundleStoreWorker,
  temporaryFolder,
} from './durable-object-harness.ts'
import { histories } from './history.ts'
import { type Played, play } from './history-player.ts'

const RUNS = process.env['TOLLGATE_LONG'] === '1' ? 2_000 : 100

const OFTEN = [
  'admitted',
  'refused',
  'settled',
  'stale',
  'hold_spent',
  'erased',
  'acquired',
  'released',
  'not_acquired',
  'not_used',
  'reset',
  'usage',
]

type Kept = { readonly sum?: number }

interface Row {
  readonly kind: Exclude<RecordKind, 'slip'>
  readonly id: string
  readonly value: string
  readonly expires_ms: number | null
}

describe('the Durable Object store against the model', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let objects: DurableObjectHarness
  let tenants = 0

  beforeAll(async () => {
    folder = await temporaryFolder()
    objects = await DurableObjectHarness.open(await bundleStoreWorker(), folder.path)
  })
  afterAll(async () => {
    await objects.close()
    await folder.remove()
  })

  it.each([
    ['one by one', 'play'],
    ['together where they share an instant', 'playTogether'],
  ])(
    'gives the same replies and keeps the same state over any history, asked %s',
    { timeout: 600_000 },
    async (_, way) => {
      const seen = new Map<unknown, number>()
      await fc.assert(
        fc.asyncProperty(histories, async (history) => {
          tenants += 1
          const tenant = TenantId.parse(`differential-${tenants}`)
          const played = play(tenant, history)
          expect(await objects.call(way, tenant, played.steps)).toEqual(played.replies)
          expect(await objects.store.ledger(tenant, 0, 10_000)).toEqual(played.model.ledger)
          await expectSameRecords(tenant, played)
          for (const { type } of played.replies as { type: string }[]) {
            seen.set(type, (seen.get(type) ?? 0) + 1)
          }
        }),
        { numRuns: RUNS, seed: 20_401_706 },
      )
      // A history in which nothing much happens would prove nothing.
      for (const type of OFTEN) {
        expect([type, (seen.get(type) ?? 0) >= 5]).toEqual([type, true])
      }
    },
  )

  async function expectSameRecords(tenant: TenantId, { model, steps }: Played): Promise<void> {
    const sql = <T>(query: string) => objects.call<T[]>('sql', tenant, query)
    const tables = await sql('SELECT name FROM sqlite_master')
    expect(tables.length > 0).toBe(model.get('config', '') !== undefined)
    if (tables.length === 0) return

    const latestMs = Math.max(...steps.map((step) => (step === 'evict' ? 0 : step.nowMs)))
    const rows = await sql<Row>('SELECT * FROM record')
    const differing = rows.filter(({ kind, id, value, expires_ms }) => {
      const kept: Kept = JSON.parse(value)
      const record = model.get(kind, id)
      if (record !== undefined) return !isDeepStrictEqual(kept, asJson(record))
      // Each forgets an expired record when it comes upon it, and may find a window that holds
      // nothing where the other finds none.
      return kept.sum !== 0 && !(expires_ms !== null && expires_ms <= latestMs)
    })
    expect(differing).toEqual([])

    const lines = await sql<{ id: string; value: string }>('SELECT id, value FROM line ORDER BY id')
    const kept = lines.map(({ id, value }): unknown => [id, JSON.parse(value)])
    expect(kept).toEqual(model.lines('', '~', Infinity))

    const slips = await sql<{ id: string; value: string }>(
      'SELECT id, value FROM slip ORDER BY due_ms, id',
    )
    expect(slips.map(({ id }) => id)).toEqual(model.dueSlips(Infinity, Infinity))
    for (const { id, value } of slips) expect(JSON.parse(value)).toEqual(model.get('slip', id))
  }
})

function asJson(record: unknown): unknown {
  return JSON.parse(JSON.stringify(record))
}
