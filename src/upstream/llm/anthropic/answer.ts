/** Reads answers of the Messages API, whole or as the events of a stream. */
import type { SseFrame } from '../../sse.ts'
import type { Measured, StreamReader } from '../../adapter.ts'
import { writeJson } from '../../json.ts'
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import { BoundedText } from '../bounded-text.ts'
import { anthropicCounts, messageUsage } from './usage.ts'

export function measureMessage(reply: unknown): Measured {
  const counts = anthropicCounts().update(memberOf(reply, 'usage'))
  return { ...messageUsage(counts), modelServed: stringIn(reply, 'model') }
}

export function messageText(reply: unknown): string {
  const text = new BoundedText()
  for (const block of itemsOf(memberOf(reply, 'content'))) {
    addPiece(text, block)
    const input = memberOf(block, 'input')
    if (input !== undefined) text.add(writeJson(input))
  }
  return text.toString()
}

export class MessageStream implements StreamReader {
  readonly #counts = anthropicCounts()
  readonly #text = new BoundedText()
  #modelServed: string | null = null
  #finished = false

  read({ event, data }: SseFrame): 'forward' | 'failed' | 'done' {
    if (data === null) return 'forward'
    const told = parseEvent(data)
    const type = stringIn(told, 'type') ?? ''
    // The official SDK goes by the name of the event.
    if (event === 'error' || type === 'error') return 'failed'
    switch (type) {
      case 'message_start': {
        const message = memberOf(told, 'message')
        this.#modelServed = stringIn(message, 'model')
        this.#counts.update(memberOf(message, 'usage'))
        break
      }
      case 'content_block_start':
        addPiece(this.#text, memberOf(told, 'content_block'))
        break
      case 'content_block_delta':
        addPiece(this.#text, memberOf(told, 'delta'))
        break
      case 'message_delta':
        this.#counts.update(memberOf(told, 'usage'))
        if (stringIn(memberOf(told, 'delta'), 'stop_reason') !== null) this.#finished = true
        break
      case 'message_stop':
        this.#finished = true
        return 'done'
      case null:
      default:
        break
    }
    return 'forward'
  }

  finished(): boolean {
    return this.#finished
  }

  measured(): Measured {
    return { ...messageUsage(this.#counts), modelServed: this.#modelServed }
  }

  outputText(): string {
    return this.#text.toString()
  }
}

function parseEvent(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}

/** What a model generated, in a block or a part of one. */
function addPiece(text: BoundedText, piece: unknown): void {
  for (const name of ['text', 'thinking', 'partial_json', 'name']) text.add(memberOf(piece, name))
}
