/** Hold ids are minted by the gateway, never taken from a client: 128 random bits, so unguessable and unique. */
import { toHex } from '../hex.ts'
import type { RandomBytes } from '../random.ts'

export function mintHoldId(randomBytes: RandomBytes): string {
  return `hold_${toHex(randomBytes(16))}`
}
