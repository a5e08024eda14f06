/**
 * Places on vector services: what a request may add is looked at with all else that its admission
 * needs, reserved with it, and ended with its hold. used <= limit at every reservation; what a
 * reservation has put on a place stays there until its end, or a recount, says otherwise.
 */
import type { Refusal } from '../answers.ts'
import type { Draft } from '../draft.ts'
import { acquireLevel, readLevel, releaseLevel } from './levels.ts'
import type { HeldStock, StockRecord } from '../records.ts'
import type {
  Seen,
  StockAsk,
  StockDemand,
  StockQuota,
  StockReply,
  StockVerdict,
} from '../stock-commands.ts'

export type Amounts = Pick<StockRecord, 'collections' | 'vectors' | 'bytes'>

type Look =
  | { readonly type: 'room' }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'place_unknown' | 'place_known' | 'place_moved'; readonly place: string }

/** Whether there is room for all of it. Writes nothing. */
export function lookForRoom(draft: Draft, { demands, limits }: StockAsk): Look {
  const asked = { collections: 0, vectors: 0, bytes: 0 }
  for (const demand of demands) {
    const { place, expects, seen } = demand
    const record = draft.get('stock', place)
    const known = record !== undefined
    if (known && expects === 'new') return { type: 'place_known', place }
    if (!known && expects === 'known') return { type: 'place_unknown', place }
    if (seen !== undefined && !isAs(record, seen)) return { type: 'place_moved', place }
    const { collections, vectors, bytes } = amountsOf(demand, known)
    asked.collections += collections
    asked.vectors += vectors
    asked.bytes += bytes
  }
  for (const [quota, amount] of byQuota(asked)) {
    const { used } = readLevel(draft, quota)
    const limit = limits[quota] ?? Number.MAX_SAFE_INTEGER
    // Who asks for nothing more is not refused for having too much.
    if (amount === 0 || amount <= limit - used) continue
    const why = { reason: 'quota', retryAfterMs: null, resetsAtMs: null } as const
    const refusal = { ...why, id: quota, limit, used, held: 0, asked: amount }
    return { type: 'refused', refusal }
  }
  return { type: 'room' }
}

/** Whether no write to the place was admitted or has ended since it was seen. */
export function isAs(record: StockRecord | undefined, seen: Seen): boolean {
  return record?.epoch === seen.epoch && record.writes === seen.writes
}

/** Reserves what there is room for. */
export function holdStock(draft: Draft, { demands }: StockAsk, holdId: string): HeldStock[] {
  return demands.map((demand) => {
    const { place } = demand
    const known = draft.get('stock', place)
    const amounts = amountsOf(demand, known !== undefined)
    const before = known ?? newRecord(holdId, demand.note)
    const { epoch, writes, open } = before
    draft.put('stock', place, { ...sum(before, amounts), writes: writes + 1, open: open + 1 })
    take(draft, amounts)
    return { place, epoch, ...amounts }
  })
}

/** Ends the reservations of one hold. */
export function endStock(draft: Draft, held: readonly HeldStock[], verdict: StockVerdict): void {
  for (const one of held) endOne(draft, one, verdict)
}

function endOne(draft: Draft, held: HeldStock, verdict: StockVerdict): void {
  const { place, epoch } = held
  const record = draft.get('stock', place)
  if (record === undefined) return
  if (record.epoch !== epoch) return landElsewhere(draft, place, record, held, verdict)
  if (verdict === 'dropped') return dropPlace(draft, place, record)
  const ended = { ...record, writes: record.writes + 1, open: record.open - 1 }
  switch (verdict) {
    case 'kept':
      return draft.put('stock', place, ended)
    case 'unknown':
      return draft.put('stock', place, { ...ended, unsureMs: draft.nowMs })
    case 'released': {
      giveBack(draft, held)
      const less = sum(ended, minus(held))
      // A place that nothing was ever put in is none.
      if (less.open === 0 && isNothing(less)) draft.delete('stock', place)
      else draft.put('stock', place, less)
    }
  }
}

/**
 * The place was dropped and made anew while this was under way, so that what it wrote, if it did, may
 * stand in the new one. That can pass a limit, which a recount then tells.
 */
function landElsewhere(
  draft: Draft,
  place: string,
  record: StockRecord,
  { vectors, bytes }: HeldStock,
  verdict: StockVerdict,
): void {
  if (verdict === 'released' || verdict === 'dropped') return
  const more = { collections: 0, vectors, bytes }
  const unsureMs = verdict === 'unknown' ? draft.nowMs : record.unsureMs
  draft.put('stock', place, { ...sum(record, more), writes: record.writes + 1, unsureMs })
  take(draft, more)
}

export function dropPlace(draft: Draft, place: string, record: StockRecord): void {
  giveBack(draft, record)
  draft.delete('stock', place)
}

/** Sets a place to what was found there. */
export function setPlace(draft: Draft, place: string, before: StockRecord, found: Amounts): void {
  const more = sum({ ...before, ...found }, minus(before))
  take(draft, more)
  giveBack(draft, minus(more))
  const { collections, vectors, bytes } = found
  draft.put('stock', place, { ...before, collections, vectors, bytes })
}

export function newRecord(epoch: string, note: string | null): StockRecord {
  return { epoch, collections: 0, vectors: 0, bytes: 0, writes: 0, open: 0, unsureMs: 0, note }
}

export function stock(draft: Draft): StockReply {
  const places = draft.list('stock').map(([place, record]) => ({ place, record }))
  return { type: 'stock', nowMs: draft.nowMs, places }
}

function amountsOf(demand: StockDemand, known: boolean): Amounts {
  const { collections, collectionIfNew = 0, vectors, bytes } = demand
  return { collections: collections + (known ? 0 : collectionIfNew), vectors, bytes }
}

function take(draft: Draft, amounts: Amounts): void {
  for (const [quota, amount] of byQuota(amounts)) {
    if (amount > 0) acquireLevel(draft, quota, amount, false)
  }
}

function giveBack(draft: Draft, amounts: Amounts): void {
  for (const [quota, amount] of byQuota(amounts)) {
    const given = Math.min(amount, readLevel(draft, quota).used)
    if (given > 0) releaseLevel(draft, quota, given)
  }
}

function byQuota({ collections, vectors, bytes }: Amounts): readonly [StockQuota, number][] {
  return [
    ['max_collections', collections],
    ['max_vectors', vectors],
    ['max_storage', bytes],
  ]
}

function sum(record: StockRecord, { collections, vectors, bytes }: Amounts): StockRecord {
  return {
    ...record,
    collections: record.collections + collections,
    vectors: record.vectors + vectors,
    bytes: record.bytes + bytes,
  }
}

function minus({ collections, vectors, bytes }: Amounts): Amounts {
  return { collections: -collections, vectors: -vectors, bytes: -bytes }
}

function isNothing({ collections, vectors, bytes }: Amounts): boolean {
  return collections === 0 && vectors === 0 && bytes === 0
}
