// The upstream, as a process of its own: answers every chat completion at once with bytes that were
// made before, over connections that are kept. Tells its address to who started it, and ends with it.
import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { PACE_MS, PACED_PROMPT, replyBytes, streamChunks } from './answers.ts'
import { endWithParent, tellParent } from './child.ts'

const Asked = z.object({
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
  messages: z.tuple([z.object({ content: z.string() })]),
})

const plain = streamChunks(false)
const withUsage = streamChunks(true)

endWithParent()
const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const asked = Asked.safeParse(JSON.parse(Buffer.concat(parts).toString()))
    if (!asked.success) {
      response.writeHead(400).end()
      return
    }
    const { stream, stream_options, messages } = asked.data
    if (!stream) {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': replyBytes.length,
      })
      response.end(replyBytes)
      return
    }
    const chunks = stream_options?.include_usage === true ? withUsage : plain
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (messages[0].content === PACED_PROMPT) void writePaced(response, chunks)
    else writeOneByOne(response, chunks, 0)
  })
})
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => tellParent(server.address()))

/** By a timetable, so that late timers do not add up. */
async function writePaced(response: ServerResponse, chunks: readonly Buffer[]): Promise<void> {
  const startedAtMs = performance.now()
  for (const [at, chunk] of chunks.entries()) {
    const waitMs = startedAtMs + at * PACE_MS - performance.now()
    if (waitMs > 0) await pause(waitMs)
    if (response.destroyed) return
    response.write(chunk)
  }
  response.end()
}

/** A turn of the event loop between two writes: within one turn, Node would send them as one. */
function writeOneByOne(response: ServerResponse, chunks: readonly Buffer[], at: number): void {
  const chunk = chunks[at]
  if (response.destroyed) return
  if (chunk === undefined) {
    response.end()
    return
  }
  response.write(chunk)
  setImmediate(writeOneByOne, response, chunks, at + 1)
}
