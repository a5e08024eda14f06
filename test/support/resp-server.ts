// Plays a Redis to whoever connects: a test says what bytes go back for what came.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface RespServer {
  readonly url: string
  /** How many connections were ever opened. */
  connections(): number
  /** The words of every command that came, one text a command. */
  readonly heard: string[]
  stop(): Promise<void>
}

/** What follows a command; undefined says nothing, null ends the connection. */
export type Answer = (command: string, socket: Socket) => string | undefined | null

export async function startRespServer(answer: Answer): Promise<RespServer> {
  const sockets = new Set<Socket>()
  const heard: string[] = []
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      for (let taken = take(text); taken !== null; taken = take(text)) {
        text = taken.rest
        heard.push(taken.command)
        const bytes = answer(taken.command, socket)
        if (bytes === null) socket.destroy()
        else if (bytes !== undefined) socket.write(bytes)
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    heard,
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The first whole command of `text`, which is ASCII here; null while it is not all there. */
function take(text: string): { readonly command: string; readonly rest: string } | null {
  const head = /^\*(\d+)\r\n/.exec(text)
  if (head === null) return null
  const words: string[] = []
  let at = head[0].length
  for (let n = 0; n < Number(head[1]); n += 1) {
    const bulk = /^\$(\d+)\r\n/.exec(text.slice(at))
    if (bulk === null) return null
    const start = at + bulk[0].length
    at = start + Number(bulk[1]) + 2
    if (text.length < at) return null
    words.push(text.slice(start, at - 2))
  }
  return { command: words.join(' '), rest: text.slice(at) }
}
