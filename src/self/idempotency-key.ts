/** `Idempotency-Key`: the caller's own name for what it asks, so that asking again counts once. */
import { mintedAmount } from '../account/acquisition-id.ts'
import { Problem } from '../problem/problem.ts'

const KEY = /^[\x21-\x7e]{1,128}$/

/** null when there is none. Throws Problem (422) for one that cannot be a name. */
export function readIdempotencyKey(headers: Headers): string | null {
  const key = headers.get('idempotency-key')
  if (key === null) return null
  if (KEY.test(key) && mintedAmount(key) === null) return key
  throw new Problem(
    'InvalidMember',
    'Idempotency-Key: must be 1 to 128 visible ASCII characters, and no id of an acquisition.',
    { param: 'idempotency-key' },
  )
}
