// Cuts a stream of server-sent events into frames while it passes (WHATWG HTML, 9.2.6). A frame is
// one event with its exact bytes, blank line included: the bytes of all frames, joined, are the
// stream. So a caller forwards bytes untouched, reads usage, and may leave single events out.

export interface SseFrame {
  /** The bytes of this frame; a view into the chunk when the chunk held the frame whole. */
  readonly bytes: Uint8Array
  /** The last `event` field, or null. */
  readonly event: string | null
  /** The `data` fields joined by LF; null when there is none (comments, blank lines, oversize). */
  readonly data: string | null
  /** The event is longer than the limit: passed on in pieces, unread. */
  readonly oversize: boolean
}

/** A frame can repeat a whole answer; past this it is forwarded but not read. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024

const LF = 10
const CR = 13
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const
const FIRST_BUFFER_BYTES = 1024
/** A buffer larger than this is given back once its event has passed. */
const MAX_RETAINED_BYTES = 64 * 1024
const NO_FRAMES: readonly SseFrame[] = []

/**
 * Fed with the chunks of one stream, in order, gives the frames that each chunk completes. Frames do
 * not depend on how the stream was cut. Time is linear in the bytes fed; memory is bounded by
 * the limit. A blank line that ends in CR at the end of a chunk is complete with the next byte only,
 * which may be its LF.
 */
export class SseScanner {
  readonly #maxEventBytes: number
  #pending = new Uint8Array(0)
  #pendingLength = 0
  #lineIsEmpty = true
  /** A CR ended the last chunk: what it completed waits for a look at the next byte. */
  #afterCr: 'no' | 'line' | 'frame' = 'no'
  #oversize = false
  /** How many bytes of a leading byte order mark were seen; 3 once that question is settled. */
  #markSeen = 0
  #isFirstFrame = true

  constructor(maxEventBytes: number = MAX_EVENT_BYTES) {
    this.#maxEventBytes = maxEventBytes
  }

  /** Frames may be views into `chunk`: use them before it is written to again. */
  feed(chunk: Uint8Array): readonly SseFrame[] {
    if (chunk.length === 0) return NO_FRAMES
    const frames: SseFrame[] = []
    let frameStart = 0
    let position = this.#skipMark(chunk)
    if (this.#afterCr !== 'no') {
      if (chunk[0] === LF) position = 1
      if (this.#afterCr === 'frame') {
        frames.push(this.#complete(chunk.subarray(0, position)))
        frameStart = position
      }
      this.#afterCr = 'no'
    }
    let nextLf = chunk.indexOf(LF, position)
    let nextCr = chunk.indexOf(CR, position)
    for (;;) {
      if (nextLf !== -1 && nextLf < position) nextLf = chunk.indexOf(LF, position)
      if (nextCr !== -1 && nextCr < position) nextCr = chunk.indexOf(CR, position)
      const lineEnd = nextLf === -1 || (nextCr !== -1 && nextCr < nextLf) ? nextCr : nextLf
      if (lineEnd === -1) break
      const isBlank = this.#lineIsEmpty && lineEnd === position
      this.#lineIsEmpty = true
      position = lineEnd + 1
      if (lineEnd === nextCr) {
        if (position === chunk.length) this.#afterCr = isBlank ? 'frame' : 'line'
        else if (chunk[position] === LF) position += 1
      }
      if (isBlank && this.#afterCr === 'no') {
        frames.push(this.#complete(chunk.subarray(frameStart, position)))
        frameStart = position
      }
    }
    if (position < chunk.length) this.#lineIsEmpty = false
    if (frameStart < chunk.length) this.#keep(chunk.subarray(frameStart), frames)
    return frames
  }

  /** The last frame, when the stream ended without its blank line; none otherwise. */
  end(): readonly SseFrame[] {
    if (this.#pendingLength === 0) return NO_FRAMES
    return [this.#complete(new Uint8Array(0))]
  }

  /** Passes over a leading byte order mark, whole or in parts: it does not make a line non-empty. */
  #skipMark(chunk: Uint8Array): number {
    let position = 0
    while (this.#markSeen < 3 && position < chunk.length) {
      if (chunk[position] !== BYTE_ORDER_MARK[this.#markSeen]) {
        if (this.#markSeen > 0) this.#lineIsEmpty = false
        this.#markSeen = 3
        break
      }
      this.#markSeen += 1
      position += 1
    }
    return position
  }

  #complete(tail: Uint8Array): SseFrame {
    const bytes = this.#pendingLength === 0 ? tail : this.#join(tail)
    const oversize = this.#oversize || bytes.length > this.#maxEventBytes
    this.#oversize = false
    const isFirst = this.#isFirstFrame
    this.#isFirstFrame = false
    return oversize ? unread(bytes) : read(bytes, isFirst)
  }

  #join(tail: Uint8Array): Uint8Array {
    this.#append(tail)
    const bytes = this.#pending.slice(0, this.#pendingLength)
    this.#pendingLength = 0
    if (this.#pending.length > MAX_RETAINED_BYTES) this.#pending = new Uint8Array(0)
    return bytes
  }

  /** Keeps the start of an unfinished event; past the limit it is passed on instead. */
  #keep(part: Uint8Array, frames: SseFrame[]): void {
    if (this.#oversize || this.#pendingLength + part.length > this.#maxEventBytes) {
      this.#oversize = true
      if (this.#afterCr !== 'frame') {
        frames.push(unread(this.#pendingLength === 0 ? part : this.#join(part)))
        return
      }
    }
    this.#append(part)
  }

  /** Grows by doubling, so that one-byte chunks cost amortised constant time each. */
  #append(part: Uint8Array): void {
    const needed = this.#pendingLength + part.length
    if (needed > this.#pending.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#pending.length, FIRST_BUFFER_BYTES))
      grown.set(this.#pending.subarray(0, this.#pendingLength))
      this.#pending = grown
    }
    this.#pending.set(part, this.#pendingLength)
    this.#pendingLength = needed
  }
}

function unread(bytes: Uint8Array): SseFrame {
  return { bytes, event: null, data: null, oversize: true }
}

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

function read(bytes: Uint8Array, isFirst: boolean): SseFrame {
  let text = decoder.decode(bytes)
  if (isFirst && text.startsWith('\uFEFF')) text = text.slice(1)
  let event: string | null = null
  let data: string | null = null
  let dataLines: string[] | null = null
  for (const line of text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n')) {
    const value = fieldValue(line, 'data')
    if (value === null) event = fieldValue(line, 'event') ?? event
    else if (data === null) data = value
    else (dataLines ??= [data]).push(value)
  }
  return { bytes, event, data: dataLines?.join('\n') ?? data, oversize: false }
}

/** The value of a line when it is that field, less one leading space. */
function fieldValue(line: string, name: string): string | null {
  if (!line.startsWith(name)) return null
  if (line.length === name.length) return ''
  if (line[name.length] !== ':') return null
  return line.slice(name.length + (line[name.length + 1] === ' ' ? 2 : 1))
}
