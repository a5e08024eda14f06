/** How the readers of a query stop: thrown by them, and caught where the query came from. */
import type { BadInput } from '../../../adapter.ts'

export class Refused extends Error {
  readonly bad: BadInput | 'not_found'

  constructor(bad: BadInput | 'not_found') {
    super('the query is refused')
    this.bad = bad
  }
}

/** `at` says where in the query, by names: `Get.Poem.limit`. */
export function refuse(at: string, detail: string): never {
  throw new Refused({ status: 400, detail: `${at} ${detail}.`, param: at })
}

/** A name that is not there for this tenant, whether it is anywhere or not. */
export function notThere(): never {
  throw new Refused('not_found')
}
