/** What commands that know of vector services carry: arguments as the headers of the scripts say. */
import type { RecountCommand, StockAsk } from '../../account/stock-commands.ts'
import { digits } from './digits.ts'

/** `[[limits], [demand, ...], tentative]`; a limit that is none is the largest number there is. */
export function stockText({ limits, demands, isTentative = false }: StockAsk): string {
  const { max_collections, max_vectors, max_storage } = limits
  const bounds = [max_collections, max_vectors, max_storage]
  return JSON.stringify([
    bounds.map((limit) => safe(limit ?? Number.MAX_SAFE_INTEGER)),
    demands.map(
      ({ place, expects, collections, collectionIfNew = 0, vectors, bytes, note, seen }) => {
        const amounts = [collections, collectionIfNew, vectors, bytes].map(safe)
        const known = seen === undefined ? [] : [seen.epoch, safe(seen.writes)]
        return [place, expects, ...amounts, note, ...known]
      },
    ),
    isTentative,
  ])
}

export function encodeRecount(command: RecountCommand): string[] {
  const { incarnation, place, seen, found, epoch } = command
  return [
    incarnation,
    place,
    ...(seen === null ? ['', ''] : [seen.epoch, digits(seen.writes)]),
    ...(found === null
      ? ['', '', '']
      : [digits(found.collections), digits(found.vectors), digits(found.bytes)]),
    epoch,
  ]
}

function safe(number: number): number {
  return Number(digits(number))
}
