/**
 * The token counts of one answer as they were last told. A stream may tell them more than once, as
 * running totals: each field's last value counts, null and absence keep it, nothing is added up.
 */
import { readCount } from '../../price/usage.ts'
import { memberOf } from '../json-read.ts'

/** Where each count stands below a `usage` object. */
export type CountPaths = Readonly<Record<string, readonly string[]>>

export class LastCounts<Paths extends CountPaths> {
  readonly #paths: Paths
  readonly #last = new Map<keyof Paths, number>()

  constructor(paths: Paths) {
    this.#paths = paths
  }

  /** `usage` is foreign: whatever is no count in it is passed over. */
  update(usage: unknown): this {
    for (const [field, path] of Object.entries(this.#paths)) {
      const value = readCount(path.reduce<unknown>(memberOf, usage))
      if (value !== null) this.#last.set(field, value)
    }
    return this
  }

  get(field: keyof Paths): number | undefined {
    return this.#last.get(field)
  }
}
