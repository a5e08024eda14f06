/**
 * Reads a request's body under a cap, before anything is reserved. Content codings are refused
 * rather than decoded, so that no bomb can unfold here.
 */
import { GatheredBytes } from '../gathered-bytes.ts'
import { Problem } from '../problem/problem.ts'

const JSON_TYPE = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i

type WithBody = Pick<Request, 'headers' | 'body'>

/** The body's bytes. 413 past `maxBytes` (told or real), 415 for anything but plain UTF-8 JSON. */
export async function readBody(request: WithBody, maxBytes: number): Promise<Uint8Array> {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw new Problem('UnsupportedMediaType', 'The content type must be application/json.')
  }
  return readBytes(request, maxBytes)
}

/** The same, of whatever type; none are as good as an empty body. */
export async function readBytes(request: WithBody, maxBytes: number): Promise<Uint8Array> {
  const coding = request.headers.get('content-encoding')
  if (coding !== null && coding.toLowerCase() !== 'identity') {
    throw new Problem('UnsupportedMediaType', 'Send the body without a content coding.')
  }
  const tooLarge = () =>
    new Problem('BodyTooLarge', `The body is larger than ${maxBytes} bytes.`, { max: maxBytes })
  const told = toldLength(request.headers)
  if (told !== null && told > maxBytes) throw tooLarge()
  if (request.body === null) return new Uint8Array()

  const gathered = new GatheredBytes(maxBytes)
  // The platform's type leaves open what a body is made of; it is bytes.
  const reader = (request.body as ReadableStream<Uint8Array>).getReader()
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new Problem('MalformedRequest', 'The body broke off.', {}, error)
    })
    if (done) return gathered.whole()
    if (gathered.add(value)) {
      if (gathered.size === told) return gathered.whole()
      continue
    }
    void reader.cancel().catch(() => undefined)
    throw tooLarge()
  }
}

/**
 * How many bytes the body has by its own header; null where that says nothing. HTTP lets no more come
 * (RFC 9112, section 6.3), so that with so many in hand the end, a turn of its own, need not be awaited.
 */
export function toldLength(headers: Headers): number | null {
  const told = headers.get('content-length')
  return told === null ? null : Number(told)
}
