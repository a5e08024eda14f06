/**
 * Puts what was really found at a place where its reservations stand. A write that was under way at
 * any moment of the counting makes the count worthless: then nothing is changed.
 */
import { UNSURE_MS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import type { StockRecord } from '../records.ts'
import type { RecountCommand, RecountReply } from '../stock-commands.ts'
import { dropPlace, isAs, newRecord, setPlace } from '../limits/stock.ts'
import { beginWriting } from './sweep.ts'

export function recount(draft: Draft, command: RecountCommand): RecountReply {
  const { place, seen, found, epoch } = command
  beginWriting(draft)
  const record = draft.get('stock', place)
  if (!isUntouched(draft, record, seen)) return { type: 'overlapped' }
  if (found !== null) setPlace(draft, place, record ?? newRecord(epoch, null), found)
  else if (record !== undefined) dropPlace(draft, place, record)
  return { type: 'recounted' }
}

function isUntouched(
  { nowMs }: Draft,
  record: StockRecord | undefined,
  seen: RecountCommand['seen'],
): boolean {
  if (record === undefined || seen === null) return record === undefined && seen === null
  return isAs(record, seen) && record.open === 0 && record.unsureMs + UNSURE_MS <= nowMs
}
