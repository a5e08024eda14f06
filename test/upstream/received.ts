// Bodies and replies as the pipeline hands them to an adapter: out of the JSON boundary, out of frames.
import { SseScanner, type SseFrame } from '../../src/upstream/sse.ts'
import type { Ask, Operation, StreamReader } from '../../src/upstream/adapter.ts'
import { type JsonObject, parseJsonObject } from '../../src/upstream/json.ts'

const encoder = new TextEncoder()

/** A value is written as JSON first; a text is JSON already, and may hold what no value can. */
export function received(body: unknown): JsonObject {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const parsed = parseJsonObject(encoder.encode(text))
  if (!parsed.ok) throw new Error(parsed.detail)
  return parsed.value
}

export function askOf(operation: Operation, body: unknown): Ask {
  const read = operation.read(received(body))
  if (!read.ok) throw new Error(read.bad.detail)
  return read.ask
}

/** The detail of the refusal, or `accepted`. */
export function verdict(operation: Operation, body: unknown): string {
  const read = operation.read(received(body))
  return read.ok ? 'accepted' : read.bad.detail
}

export function framesOf(stream: string): readonly SseFrame[] {
  const scanner = new SseScanner()
  return [...scanner.feed(encoder.encode(stream)), ...scanner.end()]
}

export function readAll(reader: StreamReader, stream: string): readonly string[] {
  return framesOf(stream).map((frame) => reader.read(frame))
}
