/** What stock.lua and recount.lua answer. */
import type { RecountReply, StockReply } from '../../account/stock-commands.ts'
import { GONE } from './decode-snapshot.ts'
import { Digits, integer, malformed, textAt, texts } from './reply.ts'

const PER_PLACE = 5

export function decodeStock(reply: unknown): StockReply {
  const [type, nowMs = '', ...values] = texts(reply)
  if (type === 'gone') return GONE
  if (type !== 'stock' || values.length % PER_PLACE !== 0) return malformed()
  const places = Array.from({ length: values.length / PER_PLACE }, (_, at) =>
    readPlace(values.slice(at * PER_PLACE, (at + 1) * PER_PLACE)),
  )
  return {
    type,
    nowMs: integer(nowMs),
    places: places.toSorted((one, other) => (one.place < other.place ? -1 : 1)),
  }
}

function readPlace(values: readonly string[]) {
  const read = new Digits(textAt(values, 2))
  const record = {
    epoch: textAt(values, 1),
    collections: read.next(),
    vectors: read.next(),
    bytes: read.next(),
    writes: read.next(),
    open: read.next(),
    unsureMs: read.next(),
    note: textAt(values, 3) === '1' ? textAt(values, 4) : null,
  }
  read.end()
  return { place: textAt(values, 0), record }
}

export function decodeRecount(reply: unknown): RecountReply {
  const type = textAt(texts(reply), 0)
  if (type === 'recounted' || type === 'overlapped') return { type }
  return type === 'gone' ? GONE : malformed()
}
