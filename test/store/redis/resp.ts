// The least of a Redis client that the tests need: sends commands over one connection, reads RESP2.
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'

export type Reply = string | number | null | readonly Reply[] | Error

interface Parsed {
  readonly reply: Reply
  readonly end: number
}

export class Resp {
  readonly #socket: Socket
  readonly #waiting: ((reply: Reply) => void)[] = []
  #received = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#deliver()
    })
    const lost = () => {
      for (const answer of this.#waiting.splice(0)) answer(new Error('the connection was lost'))
    }
    socket.on('error', lost)
    socket.on('close', lost)
  }

  static async open(port: number): Promise<Resp> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new Resp(socket)
  }

  /** An error that Redis replies is resolved, not thrown. */
  async send(...command: readonly (string | number)[]): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>()
    this.#waiting.push(resolve)
    const parts = command.map(String)
    const lines = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`)
    this.#socket.write(`*${parts.length}\r\n${lines.join('')}`)
    return promise
  }

  close(): void {
    this.#socket.destroy()
  }

  #deliver(): void {
    let parsed = parse(this.#received, 0)
    while (parsed !== null) {
      this.#received = this.#received.subarray(parsed.end)
      this.#waiting.shift()?.(parsed.reply)
      parsed = parse(this.#received, 0)
    }
  }
}

/** null while the reply is not all there. */
function parse(bytes: Buffer, start: number): Parsed | null {
  const lineEnd = bytes.indexOf('\r\n', start)
  if (lineEnd < 0) return null
  const line = bytes.toString('utf8', start + 1, lineEnd)
  const end = lineEnd + 2
  switch (bytes[start] ?? 0) {
    case 0x2b:
      return { reply: line, end }
    case 0x2d:
      return { reply: new Error(line), end }
    case 0x3a:
      return { reply: Number(line), end }
    case 0x24: {
      const length = Number(line)
      if (length < 0) return { reply: null, end }
      if (bytes.length < end + length + 2) return null
      return { reply: bytes.toString('utf8', end, end + length), end: end + length + 2 }
    }
    case 0x2a:
      return parseArray(bytes, Number(line), end)
    default:
      throw new Error('this is not RESP')
  }
}

function parseArray(bytes: Buffer, length: number, start: number): Parsed | null {
  if (length < 0) return { reply: null, end: start }
  const values: Reply[] = []
  let end = start
  while (values.length < length) {
    const parsed = parse(bytes, end)
    if (parsed === null) return null
    values.push(parsed.reply)
    end = parsed.end
  }
  return { reply: values, end }
}
