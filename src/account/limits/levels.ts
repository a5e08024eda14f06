/**
 * Levels of named quotas, and how they come into the ledger: a minute's movements of a quota are one
 * entry, written by the first acquisition, release or sweep after that minute, so that whoever takes
 * and gives back all day long fills nothing. A level is always the sum of its entries and what is
 * still to be written.
 */
import { MINUTE_MS } from '../constants.ts'
import { type Draft, ONLY } from '../draft.ts'
import type { LevelReading } from '../quota-commands.ts'
import type { Level, LevelsRecord, Moves } from '../records.ts'
import { minuteOf } from './refusals.ts'

const NOTHING: LevelsRecord = { levels: {}, remembered: 0, moves: null }
const EMPTY: Level = { used: 0, byId: 0, highWater: 0 }
const UNMOVED: Moves = { acquired: 0, released: 0, expired: 0 }

export function levelsOf(draft: Draft): LevelsRecord {
  return draft.get('levels', ONLY) ?? NOTHING
}

export function levelOf({ levels }: LevelsRecord, quota: string): Level {
  return Object.hasOwn(levels, quota) ? (levels[quota] ?? EMPTY) : EMPTY
}

export function readLevel(draft: Draft, quota: string): LevelReading {
  const { used, highWater } = levelOf(levelsOf(draft), quota)
  return { used, highWater }
}

export function acquireLevel(draft: Draft, quota: string, amount: number, byId: boolean): void {
  const before = levelOf(levelsOf(draft), quota)
  const used = before.used + amount
  const level = {
    used,
    byId: before.byId + (byId ? amount : 0),
    highWater: Math.max(used, before.highWater),
  }
  move(draft, quota, level, { acquired: amount })
}

/** Gives back what nobody in particular holds. The caller has seen that so much is used. */
export function releaseLevel(draft: Draft, quota: string, amount: number): void {
  const before = levelOf(levelsOf(draft), quota)
  move(draft, quota, { ...before, used: before.used - amount }, { released: amount })
}

/**
 * Ends an acquisition that is known by id. What was released by amount alone is taken to have been
 * of those first that had no id, then of this one: so nothing is given back twice.
 */
export function endHeld(
  draft: Draft,
  quota: string,
  amount: number,
  how: 'released' | 'expired',
): void {
  const before = levelOf(levelsOf(draft), quota)
  const byId = before.byId - amount
  const used = before.used >= before.byId ? before.used - amount : Math.min(before.used, byId)
  move(draft, quota, { ...before, used, byId }, { [how]: before.used - used })
}

/** One id more, or fewer, that is remembered. */
export function remember(draft: Draft, more: 1 | -1): void {
  const record = levelsOf(draft)
  draft.put('levels', ONLY, { ...record, remembered: record.remembered + more })
}

/** Writes out the movements of an earlier minute, quotas in order. */
export function flushMoves(draft: Draft): void {
  const { moves } = levelsOf(draft)
  if (moves !== null && moves.minuteMs < minuteOf(draft.nowMs)) writeMoves(draft)
}

function writeMoves(draft: Draft): void {
  const record = levelsOf(draft)
  const { moves } = record
  if (moves === null) return
  for (const [quota, moved] of Object.entries(moves.quotas).toSorted(byName)) {
    const { used } = levelOf(record, quota)
    draft.append({ kind: 'quota', quota, minuteMs: moves.minuteMs, ...moved, used })
  }
  draft.put('levels', ONLY, { ...record, moves: null })
}

/** When the movements of this minute are due to be written; null when there are none. */
export function movesDueMs({ moves }: LevelsRecord): number | null {
  return moves === null ? null : moves.minuteMs + MINUTE_MS
}

function move(draft: Draft, quota: string, level: Level, moved: Partial<Moves>): void {
  flushMoves(draft)
  // Whoever takes and gives back all there is can move more within a minute than can be counted.
  if (!Object.values(sumMoves(draft, quota, moved)).every(Number.isSafeInteger)) writeMoves(draft)
  const after = sumMoves(draft, quota, moved)
  const { levels, remembered, moves } = levelsOf(draft)
  const quotas = moves?.quotas ?? {}
  draft.put('levels', ONLY, {
    levels: { ...levels, [quota]: level },
    remembered,
    moves: { minuteMs: minuteOf(draft.nowMs), quotas: { ...quotas, [quota]: after } },
  })
}

/** What a quota has moved in this minute, with what it moves now. */
function sumMoves(draft: Draft, quota: string, moved: Partial<Moves>): Moves {
  const quotas = levelsOf(draft).moves?.quotas ?? {}
  const before = Object.hasOwn(quotas, quota) ? (quotas[quota] ?? UNMOVED) : UNMOVED
  return {
    acquired: before.acquired + (moved.acquired ?? 0),
    released: before.released + (moved.released ?? 0),
    expired: before.expired + (moved.expired ?? 0),
  }
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}
