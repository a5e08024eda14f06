import { describe, expect, it } from 'vitest'
import { DueIndex } from '../../src/account/due-index.ts'

function index(...slips: readonly (readonly [string, number])[]): DueIndex {
  const due = new DueIndex()
  for (const [id, dueMs] of slips) due.set(id, dueMs)
  return due
}

describe('the index of what is due', () => {
  it('has nothing at first', () => {
    expect(index().upTo(Infinity, 9)).toEqual([])
  })

  it('tells the earliest first, those of one time by id, in whatever order they came', () => {
    const sorted = ['early', 'a', 'b', 'c', 'late']
    const slips = [
      ['late', 9],
      ['b', 5],
      ['c', 5],
      ['a', 5],
      ['early', 1],
    ] as const
    expect(index(...slips).upTo(9, 9)).toEqual(sorted)
    expect(index(...slips.toReversed()).upTo(9, 9)).toEqual(sorted)
  })

  it('tells what is due by a time, that time included, and no more than is asked for', () => {
    const due = index(['a', 1], ['b', 2], ['c', 3])
    expect(due.upTo(0, 9)).toEqual([])
    expect(due.upTo(2, 9)).toEqual(['a', 'b'])
    expect(due.upTo(3, 2)).toEqual(['a', 'b'])
    expect(due.upTo(3, 0)).toEqual([])
  })

  it('knows each id at its last time only', () => {
    const due = index(['a', 1], ['b', 2], ['c', 2], ['d', 4], ['c', 3], ['a', 5])
    expect(due.upTo(9, 9)).toEqual(['b', 'c', 'd', 'a'])
  })

  it('forgets what is taken out, also when it comes anew', () => {
    const due = index(['a', 1], ['b', 2], ['c', 3])
    due.set('a', null)
    due.set('a', null)
    due.set('unknown', null)
    expect(due.upTo(9, 9)).toEqual(['b', 'c'])
    due.set('a', 4)
    expect(due.upTo(9, 9)).toEqual(['b', 'c', 'a'])
  })

  it('cleared, is as new', () => {
    const due = index(['a', 1], ['b', 2])
    due.clear()
    expect(due.upTo(9, 9)).toEqual([])
    due.set('b', 2)
    due.set('a', 3)
    expect(due.upTo(9, 9)).toEqual(['b', 'a'])
  })
})
