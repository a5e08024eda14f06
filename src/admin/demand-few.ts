/** Keeps what is read whole with every request from growing without end, one small change at a time. */
import { Problem } from '../problem/problem.ts'

/** Throws Problem (422) where a change adds a name beyond `most`. */
export function demandFew(
  param: 'quotas' | 'features',
  before: object,
  after: object,
  most: number,
): void {
  const count = Object.keys(after).length
  if (count <= most || count <= Object.keys(before).length) return
  const detail = `${param}: must not be more than ${most}, with those that there are`
  throw new Problem('InvalidMember', detail, { param })
}
