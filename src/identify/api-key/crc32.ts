/**
 * CRC-32 (ISO-HDLC, the one of zlib and PNG). It catches typing errors in keys before any store is
 * asked; it proves nothing about who made them.
 */

const REVERSED_POLYNOMIAL = 0xedb88320

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ REVERSED_POLYNOMIAL : remainder >>> 1
  }
  return remainder
})

/** Checksum of an ASCII text, as an unsigned 32-bit number. */
export function crc32(ascii: string): number {
  let remainder = 0xffffffff
  for (let at = 0; at < ascii.length; at++) {
    const index = (remainder ^ ascii.charCodeAt(at)) & 0xff
    remainder = (TABLE[index] ?? 0) ^ (remainder >>> 8)
  }
  return ~remainder >>> 0
}
