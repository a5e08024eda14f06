// Requests written byte by byte on a socket, where a client library would mend or refuse them.
import { Buffer } from 'node:buffer'
import { connect } from 'node:net'

export interface RawAnswer {
  /** null when the connection was closed without an answer. */
  readonly status: number | null
  readonly text: string
}

const PATIENCE_MS = 5_000

/** Sends the bytes and reads until the other side closes. */
export function sendRaw(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const done = (): void => {
      socket.destroy()
      const text = Buffer.concat(chunks).toString('latin1')
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]
      resolve({ status: status === undefined ? null : Number(status), text })
    }
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setTimeout(PATIENCE_MS, done)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.once('error', done)
    socket.once('close', done)
  })
}

/** A POST with exactly this target on its request line; latin1, so that any byte can stand in it. */
export function postRaw(
  url: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<RawAnswer> {
  const lines = {
    host: new URL(url).host,
    connection: 'close',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`)
  const start = Buffer.from(`POST ${target} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1')
  return sendRaw(url, Buffer.concat([start, Buffer.from(body)]))
}
