// A client that leaves at a given byte of a stream.

/** Reads until `bytes` have come, or the stream ends, then drops the connection. */
export async function leaveAfter(
  ask: (signal: AbortSignal) => Promise<Response>,
  bytes: number,
): Promise<{ readonly requestId: string; readonly leftAtMs: number }> {
  const leaving = new AbortController()
  const answer = await ask(leaving.signal)
  let read = 0
  for await (const chunk of answer.body ?? []) {
    read += chunk.byteLength
    if (read >= bytes) break
  }
  const leftAtMs = Date.now()
  leaving.abort()
  return { requestId: answer.headers.get('x-request-id') ?? '', leftAtMs }
}
