/** Work on many tenants, a few at a time, where one account that does not answer stops no other. */
import { StoreUnavailable } from '../store/store.ts'

export type Turn<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: StoreUnavailable }

/** The outcomes in the order of the items. Anything thrown but StoreUnavailable ends it all. */
export async function inTurns<Item, T>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<T>,
): Promise<Turn<T>[]> {
  const turns: Turn<T>[] = []
  for (let from = 0; from < items.length; from += atOnce) {
    const batch = items.slice(from, from + atOnce).map((item) => attempt(() => work(item)))
    turns.push(...(await Promise.all(batch)))
  }
  return turns
}

async function attempt<T>(work: () => Promise<T>): Promise<Turn<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    return { ok: false, error }
  }
}
