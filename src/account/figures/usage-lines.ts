/**
 * The figures of one local day by model, by user and by key: one line for each name. A day keeps the
 * first thousand names of a kind; whatever comes under others is one line more, so that nobody who
 * makes up names can fill the store, and the lines of a day always add up to the day.
 */
import type { RequestContext } from '../../ledger/entry.ts'
import { encodeId } from '../encode-id.ts'
import { MAX_NAMES_PER_DAY, USAGE_KEPT_MS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import { addFigures, type Figures, NO_FIGURES } from './figures.ts'
import type { DayRecord } from '../records.ts'

export const DIMENSIONS = ['model', 'user', 'key'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** A name as it was called, nobody's, or all those beyond the bound. */
export type LineName =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'other' }

const NONE = '-'
const OTHER = '*'
const NAMED = '='

/** Decimal digits of a day's start, of one width, so that ids sort as the days do. */
export function dayId(start: number): string {
  return String(start).padStart(DAY_ID_WIDTH, '0')
}
const DAY_ID_WIDTH = 13

/** Lines of a dimension whose day begins in [fromMs, toMs): ids from the first text to below the second. */
export function lineRange(by: Dimension, fromMs: number, toMs: number): readonly [string, string] {
  return [`${by}|${dayId(fromMs)}`, `${by}|${dayId(toMs)}`]
}

/** The last part of a line's id. */
export function lineName(name: string | null): string {
  return name === null ? NONE : `${NAMED}${encodeId(name)}`
}

/** What a line's id stands for. */
export function readLineId(id: string): { readonly start: number; readonly name: LineName } {
  const [, day = '', name = ''] = id.split('|')
  const start = Number(day)
  if (name === NONE) return { start, name: { kind: 'none' } }
  if (name === OTHER) return { start, name: { kind: 'other' } }
  const decoded = name
    .slice(NAMED.length)
    .replaceAll(/%([0-9a-f]{4})/g, (_, unit: string) => String.fromCharCode(parseInt(unit, 16)))
  return { start, name: { kind: 'named', name: decoded } }
}

/** Adds to the lines of a day that `context` falls under; tells how many names the day then has. */
export function addToLines(
  draft: Draft,
  day: Pick<DayRecord, 'start' | 'names'>,
  context: Pick<RequestContext, 'model' | 'user' | 'keyId'>,
  figures: Figures,
): DayRecord['names'] {
  const add = (by: Dimension, name: string | null): number => {
    const { id, isNew } = findLine(draft, day, by, name)
    const before = draft.get('line', id) ?? NO_FIGURES
    draft.put('line', id, addFigures(before, figures), day.start + USAGE_KEPT_MS)
    return day.names[by] + (isNew ? 1 : 0)
  }
  return {
    model: add('model', context.model),
    user: add('user', context.user),
    key: add('key', context.keyId),
  }
}

function findLine(
  draft: Draft,
  { start, names }: Pick<DayRecord, 'start' | 'names'>,
  by: Dimension,
  name: string | null,
): { readonly id: string; readonly isNew: boolean } {
  const head = `${by}|${dayId(start)}|`
  const id = head + lineName(name)
  if (name === null) return { id, isNew: false }
  if (draft.get('line', id) !== undefined) return { id, isNew: false }
  return names[by] < MAX_NAMES_PER_DAY ? { id, isNew: true } : { id: head + OTHER, isNew: false }
}
