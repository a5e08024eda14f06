/**
 * The public name of an API key, the only form of it that logs, ledger and errors ever show.
 * Random, and so says nothing of the key or its hash.
 */
import * as z from 'zod'
import { randomBase62 } from '../base62.ts'

const RANDOM_BYTES = 16
const RANDOM_WIDTH = 22

export const KeyId = z
  .string()
  .regex(/^key_[0-9A-Za-z]{22}$/, 'must be key_ and 22 letters or digits')
  .brand<'KeyId'>()
export type KeyId = z.infer<typeof KeyId>

export function mintKeyId(randomBytes: (count: number) => Uint8Array): KeyId {
  return KeyId.parse(`key_${randomBase62(randomBytes, RANDOM_BYTES, RANDOM_WIDTH)}`)
}
