import { describe, expect, it } from 'vitest'
import { type Figures, NO_FIGURES } from '../../src/account/figures/figures.ts'
import type { DayRecord, ListedKind, SlipRecord } from '../../src/account/records.ts'
import { type DueSlip, PendingChanges } from '../../src/store/durable-object/pending-changes.ts'

const slip = (dueMs: number): SlipRecord => ({ state: 'unresolved', dueMs })
const putSlip = (id: string, dueMs: number) => ({ kind: 'slip', id, value: slip(dueMs) }) as const
const day = (start: number): DayRecord => {
  return { start, refused: 0, names: { model: 0, user: 0, key: 0 }, ...NO_FIGURES, requests: 1 }
}

/** On disk: slips, days and lines by id, and nothing else. */
function over(
  slips: readonly DueSlip[],
  days: readonly (readonly [string, DayRecord])[] = [],
  lines: readonly (readonly [string, Figures])[] = [],
) {
  return new PendingChanges({
    get: () => undefined,
    dueSlips: (nowMs, max) => slips.filter(({ dueMs }) => dueMs <= nowMs).slice(0, max),
    lines: (from, below, max) => lines.filter(([id]) => from <= id && id < below).slice(0, max),
    list: <K extends ListedKind>(kind: K) => (kind === 'day' ? (days as never) : []),
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

  it('are among the lines of a range, in order, and no more than were asked for', () => {
    const used = (requests: number): Figures => ({ ...NO_FIGURES, requests })
    const lines = [
      ['b', used(1)],
      ['d', used(2)],
      ['e', used(3)],
    ] as const
    const pending = over([], [], lines)
    const changes = [
      { kind: 'line', id: 'd', value: used(20) },
      { kind: 'line', id: 'c', value: used(30) },
      { kind: 'line', id: 'x', value: used(40) },
    ] as const
    pending.add(changes, [])
    expect(pending.lines('b', 'e', 9)).toEqual([
      ['b', used(1)],
      ['c', used(30)],
      ['d', used(20)],
    ])
    expect(pending.lines('b', 'e', 2).map(([id]) => id)).toEqual(['b', 'c'])
  })
})
