// Which of a cluster's 16,384 slots a key is in: CRC16 (XMODEM) of what stands in its first braces, or
// of the whole key when there is nothing in them (Redis cluster specification, "Hash tags").
import { Buffer } from 'node:buffer'

export const SLOTS = 16_384

const POLYNOMIAL = 0x1021

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit += 1)
    crc = (crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1) & 0xffff
  return crc
})

export function slotOf(key: string): number {
  let crc = 0
  for (const byte of Buffer.from(hashTag(key), 'utf8')) {
    crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ byte] ?? 0)
  }
  return crc % SLOTS
}

function hashTag(key: string): string {
  const open = key.indexOf('{')
  const close = open < 0 ? -1 : key.indexOf('}', open + 1)
  return close <= open + 1 ? key : key.slice(open + 1, close)
}
