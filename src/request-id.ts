/** Names one request in answers, logs and the ledger. Minted here; a client's own id is not believed. */
import type { RandomBytes } from './random.ts'
import { toHex } from './hex.ts'

export function mintRequestId(randomBytes: RandomBytes): string {
  return `req_${toHex(randomBytes(16))}`
}
