// The HTTP side of the bridge: on a free loopback port, behind a bearer token, with a limit on bodies.
// Nothing is logged. Closing lets answers go out for a moment, then ends every connection.
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isAuthorized, refusal, type RestAnswer, type RestCall } from './rest.ts'

export interface RestServer {
  readonly url: string
  /** Resolves when no connection is left, within GRACE_MS. */
  close(): Promise<void>
}

/** Answers one call that has the right token. */
export type Respond = (call: RestCall, response: ServerResponse) => Promise<void>

export const MAX_BODY_BYTES = 8 * 1024 * 1024
const GRACE_MS = 300

export async function startRestServer(token: string, respond: Respond): Promise<RestServer> {
  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy())
  })
  // A client that takes a connection from its pool must not find it just closed.
  server.keepAliveTimeout = 0

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isAuthorized(request.headers.authorization, token)) {
      return refuse(request, response, refusal(401, 'Unauthorized'))
    }
    if (request.method !== 'POST') return refuse(request, response, refusal(405, 'ERR POST only'))
    const body = await readBody(request)
    if (body === null) return refuse(request, response, refusal(413, 'ERR the body is too large'))
    const encoding = request.headers['upstash-encoding']
    const call = {
      path: request.url ?? '',
      encoding: Array.isArray(encoding) ? undefined : encoding,
      body,
    }
    await respond(call, response)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      const forced = setTimeout(() => server.closeAllConnections(), GRACE_MS)
      await closed
      clearTimeout(forced)
    },
  }
}

export function writeAnswer(response: ServerResponse, { status, json }: RestAnswer): void {
  const body = Buffer.from(json, 'utf8')
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  response.writeHead(status, headers).end(body)
}

/** The connection goes with it: what is left of the body is not read. */
function refuse(request: IncomingMessage, response: ServerResponse, answer: RestAnswer): void {
  response.shouldKeepAlive = false
  response.once('finish', () => request.destroy())
  writeAnswer(response, answer)
}

/** null when it is larger than it may be. Rejects when the client goes. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  const whole = Promise.withResolvers<Buffer | null>()
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) {
      request.pause()
      whole.resolve(null)
    } else {
      chunks.push(chunk)
    }
  })
  request.once('end', () => whole.resolve(Buffer.concat(chunks)))
  request.once('close', () => whole.reject(new Error('the client has gone')))
  return whole.promise
}
