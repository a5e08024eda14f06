import { describe, expect, it } from 'vitest'
import type { DayRecord, SlipRecord } from '../../src/account/records.ts'
import { type DueSlip, PendingChanges } from '../../src/store/durable-object/pending-changes.ts'

const slip = (dueMs: number): SlipRecord => ({ state: 'unresolved', dueMs })
const putSlip = (id: string, dueMs: number) => ({ kind: 'slip', id, value: slip(dueMs) }) as const
const day = (start: number): DayRecord => {
  return { start, requests: 1, refused: 0, inputTokens: 0, outputTokens: 0, nanoUsd: 0 }
}

/** On disk: slips and days by id, and nothing else. */
function over(slips: readonly DueSlip[], days: readonly (readonly [string, DayRecord])[] = []) {
  return new PendingChanges({
    get: () => undefined,
    dueSlips: (nowMs, max) => slips.filter(({ dueMs }) => dueMs <= nowMs).slice(0, max),
    list: <K extends 'key' | 'day'>(kind: K) => (kind === 'day' ? (days as never) : []),
  })
}

describe('changes that are not yet written', () => {
  it('hide what is on disk, and their own deletion too', () => {
    const pending = over([{ id: 'a', dueMs: 1 }])
    expect(pending.get('slip', 'b')).toBeUndefined()
    pending.add([putSlip('b', 5)], [])
    expect(pending.get('slip', 'b')).toEqual(slip(5))
    pending.add([{ kind: 'slip', id: 'b', value: null }], [])
    expect(pending.get('slip', 'b')).toBeUndefined()
    expect(pending.changes).toEqual([{ kind: 'slip', id: 'b', value: null }])
  })

  it('are among the slips that are due, in the order of their time and id', () => {
    const pending = over([
      { id: 'b', dueMs: 1 },
      { id: 'd', dueMs: 3 },
    ])
    pending.add([putSlip('c', 1), putSlip('a', 2), putSlip('z', 9)], [])
    expect(pending.dueSlips(8, 10)).toEqual(['b', 'c', 'a', 'd'])
    expect(pending.dueSlips(8, 2)).toEqual(['b', 'c'])
    expect(pending.dueSlips(0, 10)).toEqual([])
  })

  it('leave as many due slips as are asked for, however many of those on disk they hide', () => {
    const onDisk = ['a', 'b', 'c', 'd'].map((id, at) => ({ id, dueMs: at }))
    const pending = over(onDisk)
    pending.add([{ kind: 'slip', id: 'a', value: null }, putSlip('b', 99)], [])
    expect(pending.dueSlips(8, 2)).toEqual(['c', 'd'])
  })

  it('are listed with what is on disk, ordered by id', () => {
    const pending = over(
      [],
      [
        ['1', day(1)],
        ['3', day(3)],
      ],
    )
    pending.add(
      [
        { kind: 'day', id: '2', value: day(2) },
        { kind: 'day', id: '3', value: null },
      ],
      [],
    )
    expect(pending.list('day')).toEqual([
      ['1', day(1)],
      ['2', day(2)],
    ])
  })
})
