// Puts frames on the wire in every way that a stream can arrive: cut anywhere, with any line ends,
// with comments between, with bytes that are no text.
import { Buffer } from 'node:buffer'
import type { Frame } from '../../dev/answers/answer.ts'
import type { Script } from './upstream-script.ts'

export function frameBytes({ event, data }: Frame, script: Script): Buffer {
  const end = script.lineEnd
  const comment = script.comments ? `: keep-alive${end}${end}` : ''
  const name = event === undefined ? '' : `event: ${event}${end}`
  const bytes = Buffer.from(`${comment}${name}data: ${data}${end}${end}`)
  if (script.invalidUtf8) replaceMark(bytes)
  return bytes
}

/** The piece of text to say, with the mark that `frameBytes` turns into a stray byte. */
export function pieceText(script: Script): string {
  return script.invalidUtf8 ? `${script.piece}INVALID` : script.piece
}

function replaceMark(bytes: Buffer): void {
  const at = bytes.indexOf('INVALID')
  // A lone lead byte of a four-byte character: a decoder that is not strict swallows what follows.
  if (at >= 0) bytes[at] = 0xf0
}

/** Cuts the bytes as the script says; deterministic in its seed. */
export function cut(bytes: Buffer, script: Script, random: () => number): Buffer[] {
  switch (script.chunks) {
    case 'frames':
    case 'whole':
      return [bytes]
    case 'bytes':
      return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
    case 'random': {
      const parts: Buffer[] = []
      for (let at = 0; at < bytes.length;) {
        const length = 1 + Math.floor(random() * 40)
        parts.push(bytes.subarray(at, at + length))
        at += length
      }
      return parts
    }
  }
}

/** Mulberry32: a small seeded generator, so that a failing cut can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
