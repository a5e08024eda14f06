// A client that leaves at a given byte of a stream.
import { Buffer } from 'node:buffer'

export interface Leaver {
  readonly requestId: string
  readonly leftAtMs: number
  /** All that had come when the client left. */
  readonly text: string
}

/** Reads until `bytes` have come, or the stream ends, then drops the connection. */
export async function leaveAfter(
  ask: (signal: AbortSignal) => Promise<Response>,
  bytes: number,
): Promise<Leaver> {
  const leaving = new AbortController()
  const answer = await ask(leaving.signal)
  const chunks: Uint8Array[] = []
  let read = 0
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk)
    read += chunk.byteLength
    if (read >= bytes) break
  }
  const leftAtMs = Date.now()
  leaving.abort()
  const requestId = answer.headers.get('x-request-id') ?? ''
  return { requestId, leftAtMs, text: Buffer.concat(chunks).toString('utf8') }
}
