// Whether what Redis keeps of an account is what the model in memory keeps of it, to the last record.
import { expect } from 'vitest'
import type { MemoryAccount } from '../../../src/account/memory.ts'
import type { LevelsRecord } from '../../../src/account/records.ts'
import type { TenantId } from '../../../src/tenant/slug.ts'
import { inspect } from './inspect.ts'
import type { RedisHarness } from './redis-harness.ts'

export async function expectSameRecords(
  redis: RedisHarness,
  tenant: TenantId,
  model: MemoryAccount,
): Promise<void> {
  // What is pending is folded into its lines by whoever asks for any.
  const range = { fromMs: 0, toMs: 1, after: null }
  await redis.store().run(tenant, { type: 'usage', by: 'day', ...range })
  const { records, due } = await inspect(redis, tenant)
  expect(records.config.get('')).toEqual(model.get('config', ''))
  expect(records.counters.get('')).toEqual(model.get('counters', ''))
  expect(records.refusals.get('')).toEqual(model.get('refusals', ''))
  expect(sorted(records.key)).toEqual(model.list('key'))
  expect(sorted(records.day)).toEqual(model.list('day'))
  expect(sorted(records.line)).toEqual(model.lines('', '~', Infinity))
  expect(withoutNothing(records.levels.get(''))).toEqual(withoutNothing(model.get('levels', '')))
  for (const [id, held] of records.held) expect(held).toEqual(model.get('held', id))
  for (const [id, use] of records.key_use) expect(use).toEqual(model.get('key_use', id))
  expect(due.map(([id]) => id)).toEqual(model.dueSlips(Infinity, Infinity))
  expect(new Set(records.slip.keys())).toEqual(new Set(due.map(([id]) => id)))
  for (const [id, dueMs] of due) {
    expect(records.slip.get(id)).toEqual(model.get('slip', id))
    expect(records.slip.get(id)?.dueMs).toBe(dueMs)
  }
  expectSameRings(records.ring, model)
}

/** No levels at all are the same as an account that never had any. */
function withoutNothing(levels: LevelsRecord | undefined): LevelsRecord | undefined {
  const isNothing = levels?.remembered === 0 && Object.keys(levels.levels).length === 0
  return isNothing ? undefined : levels
}

/** An expired window and none mean the same; each forgets one when it comes upon it. */
function expectSameRings(
  kept: ReadonlyMap<string, { readonly sum: number }>,
  model: MemoryAccount,
): void {
  for (const id of ['rps', 'rpm', 'tpm']) {
    const [ours, theirs] = [kept.get(id), model.get('ring', id)]
    if (theirs !== undefined && theirs.sum > 0) expect([id, ours]).toEqual([id, theirs])
  }
}

function sorted<T>(records: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...records].toSorted(([one], [other]) => (one < other ? -1 : 1))
}
