// Cuts the bytes of one Redis connection into replies (RESP2). Strict: whatever is not exactly RESP
// throws, because after one misread byte every later reply would go to the wrong question.
import { Buffer } from 'node:buffer'
import type { Reply } from './reply.ts'

export class MalformedReply extends Error {
  override readonly name = 'MalformedReply'
}

const MAX_LINE_BYTES = 1024 * 1024
const MAX_BULK_BYTES = 64 * 1024 * 1024
const MAX_ITEMS = 4 * 1024 * 1024
const MAX_DEPTH = 64

const LINE_FEED = 10
const CARRIAGE_RETURN = 13

interface OpenArray {
  readonly length: number
  readonly items: Reply[]
}

/** One element: a whole reply, the head of an array, or how many bytes there have to be to read on. */
type Element =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly end: number }
  | { readonly kind: 'array'; readonly length: number; readonly end: number }
  | { readonly kind: 'short'; readonly neededBytes: number }

export class ReplyParser {
  #chunks: Buffer[] = []
  #heldBytes = 0
  /** Before that many are held there is nothing to read: a long text is put together once. */
  #neededBytes = 1
  /** Outermost first. */
  readonly #open: OpenArray[] = []

  /** The replies that `chunk` completes, in order. Throws MalformedReply; the parser is of no use then. */
  push(chunk: Buffer): readonly Reply[] {
    this.#chunks.push(chunk)
    this.#heldBytes += chunk.length
    if (this.#heldBytes < this.#neededBytes) return []
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const replies: Reply[] = []
    let at = 0
    for (;;) {
      const element = readElement(bytes, at)
      if (element.kind === 'short') {
        this.#keep(bytes.subarray(at), element.neededBytes)
        return replies
      }
      at = element.end
      const reply = element.kind === 'reply' ? element.reply : this.#openArray(element.length)
      const whole = reply === null ? null : this.#close(reply)
      if (whole !== null) replies.push(whole)
    }
  }

  #keep(rest: Buffer, neededBytes: number): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#heldBytes = rest.length
    this.#neededBytes = neededBytes
  }

  /** The array itself when it is empty. */
  #openArray(length: number): Reply | null {
    if (length === 0) return { type: 'array', items: [] }
    if (this.#open.length === MAX_DEPTH) throw new MalformedReply('arrays too deep')
    this.#open.push({ length, items: [] })
    return null
  }

  /** Puts `reply` where it belongs; the outermost reply when that completes it. */
  #close(reply: Reply): Reply | null {
    let done = reply
    for (let array = this.#open.at(-1); array !== undefined; array = this.#open.at(-1)) {
      array.items.push(done)
      if (array.items.length < array.length) return null
      done = { type: 'array', items: array.items }
      this.#open.pop()
    }
    return done
  }
}

function readElement(bytes: Buffer, at: number): Element {
  const lineFeed = bytes.indexOf(LINE_FEED, at)
  if (lineFeed < 0) {
    const lineBytes = bytes.length - at
    if (lineBytes > MAX_LINE_BYTES) throw new MalformedReply('a line without an end')
    return { kind: 'short', neededBytes: lineBytes + 1 }
  }
  if (bytes.indexOf(CARRIAGE_RETURN, at) !== lineFeed - 1)
    throw new MalformedReply('a stray line break')
  const line = bytes.toString('utf8', at + 1, lineFeed - 1)
  const end = lineFeed + 1
  const reply = (value: Reply): Element => ({ kind: 'reply', reply: value, end })
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case '+':
      return reply({ type: 'status', text: line })
    case '-':
      return reply({ type: 'error', message: line })
    case ':':
      if (!/^(?:0|-?[1-9][0-9]{0,18})$/.test(line)) throw new MalformedReply('not an integer')
      return reply({ type: 'integer', digits: line })
    case '$':
      if (line === '-1') return reply({ type: 'null' })
      return readBulk(bytes, at, end, readLength(line, MAX_BULK_BYTES))
    case '*':
      if (line === '-1') return reply({ type: 'null' })
      return { kind: 'array', length: readLength(line, MAX_ITEMS), end }
    default:
      throw new MalformedReply('not a RESP2 type')
  }
}

function readBulk(bytes: Buffer, at: number, start: number, length: number): Element {
  const end = start + length
  if (bytes.length < end + 2) return { kind: 'short', neededBytes: end + 2 - at }
  if (bytes[end] !== CARRIAGE_RETURN || bytes[end + 1] !== LINE_FEED) {
    throw new MalformedReply('a text longer than it says')
  }
  return { kind: 'reply', reply: { type: 'bulk', bytes: bytes.subarray(start, end) }, end: end + 2 }
}

function readLength(line: string, max: number): number {
  const length = /^(?:0|[1-9][0-9]{0,8})$/.test(line) ? Number(line) : NaN
  if (!(length <= max)) throw new MalformedReply('not a length')
  return length
}
