/**
 * Reads a request's body under a cap, before anything is reserved. Content codings are refused
 * rather than decoded, so that no bomb can unfold here.
 */
import { Problem } from '../problem/problem.ts'

const JSON_TYPE = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i

/** The body's bytes. 413 past `maxBytes` (told or real), 415 for anything but plain UTF-8 JSON. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const coding = request.headers.get('content-encoding')
  if (coding !== null && coding.toLowerCase() !== 'identity') {
    throw new Problem('UnsupportedMediaType', 'Send the body without a content coding.')
  }
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw new Problem('UnsupportedMediaType', 'The content type must be application/json.')
  }
  const tooLarge = () =>
    new Problem('BodyTooLarge', `The body is larger than ${maxBytes} bytes.`, { max: maxBytes })
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  if (request.body === null) return new Uint8Array()

  const chunks: Uint8Array[] = []
  let size = 0
  // The platform's type leaves open what a body is made of; it is bytes.
  const reader = (request.body as ReadableStream<Uint8Array>).getReader()
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new Problem('MalformedRequest', 'The body broke off.', {}, error)
    })
    if (done) break
    size += value.byteLength
    if (size > maxBytes) {
      await reader.cancel()
      throw tooLarge()
    }
    chunks.push(value)
  }
  return joinBytes(chunks, size)
}

/** One array of all chunks, which are `size` bytes together. */
export function joinBytes(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks
  if (only !== undefined && chunks.length === 1) return only
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
