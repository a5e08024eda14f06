// One connection to one Redis node, logged in. Commands are sent as they come (pipelined) and answered
// in order; when the connection ends, whatever is unanswered is rejected at once.
import type { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import type { Login, NodeAddress } from './redis-url.ts'
import { type Command, encodeCommands, type Reply } from './reply.ts'
import { ReplyParser } from './reply-parser.ts'

/** `unsent`: the command certainly did not run. `lost`: nobody knows. */
export class RedisGone extends Error {
  override readonly name = 'RedisGone'
  readonly outcome: 'unsent' | 'lost'

  constructor(outcome: 'unsent' | 'lost', message: string) {
    super(message)
    this.outcome = outcome
  }
}

const CONNECT_MS = 2_000
/** A node that says nothing for so long while it owes an answer is taken for dead. */
const SILENCE_MS = 10_000

interface Waiting {
  readonly wanted: number
  readonly replies: Reply[]
  readonly resolve: (replies: readonly Reply[]) => void
  readonly reject: (error: RedisGone) => void
}

export class RedisConnection {
  readonly #socket: Socket
  readonly #parser = new ReplyParser()
  readonly #waiting: Waiting[] = []
  readonly #silence: NodeJS.Timeout
  #ended = false

  private constructor(socket: Socket, onEnd: () => void) {
    this.#socket = socket
    this.#silence = setTimeout(() => this.#onSilence(), SILENCE_MS).unref()
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#end()
      onEnd()
    })
  }

  /** Rejects with RedisGone; its message says what failed, with no word of the login. */
  static async open(
    { host, port }: NodeAddress,
    login: Login,
    onEnd: () => void,
  ): Promise<RedisConnection> {
    const socket = connect({ host, port, noDelay: true })
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) })
    } catch (error) {
      socket.destroy()
      throw new RedisGone('unsent', `no connection to ${host}:${port}${reasonOf(error)}`)
    }
    const connection = new RedisConnection(socket, onEnd)
    for (const command of loginCommands(login)) {
      const [reply] = await connection.sendAll([command])
      if (reply?.type === 'status') continue
      connection.close()
      const why = reply?.type === 'error' ? reply.message : 'an unexpected answer'
      throw new RedisGone('unsent', `${command[0]} was refused: ${why}`)
    }
    return connection
  }

  /** One reply a command, in order, with nothing of anybody else's in between. */
  sendAll(commands: readonly Command[]): Promise<readonly Reply[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Reply[]>()
    if (this.#ended || !this.#socket.writable) {
      reject(new RedisGone('unsent', 'the connection to Redis has ended'))
      return promise
    }
    if (this.#waiting.length === 0) this.#silence.refresh()
    this.#waiting.push({ wanted: commands.length, replies: [], resolve, reject })
    this.#socket.write(encodeCommands(commands))
    return promise
  }

  close(): void {
    this.#end()
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    if (this.#ended) return
    try {
      for (const reply of this.#parser.push(chunk)) this.#deliver(reply)
    } catch {
      // Malformed, or an answer that nobody waits for: from here on replies could be anyone's.
      this.close()
    }
  }

  #deliver(reply: Reply): void {
    const [first] = this.#waiting
    if (first === undefined) throw new RangeError('an answer without a question')
    first.replies.push(reply)
    if (first.replies.length === first.wanted) {
      this.#waiting.shift()
      first.resolve(first.replies)
    }
    this.#silence.refresh()
  }

  #onSilence(): void {
    if (this.#waiting.length > 0) this.close()
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#silence)
    const message = 'the connection to Redis was lost: whether the command ran is unknown'
    for (const { reject } of this.#waiting.splice(0)) reject(new RedisGone('lost', message))
  }
}

function loginCommands({ username, password, database }: Login): readonly Command[] {
  const commands: Command[] = []
  if (password !== null) {
    commands.push(username === null ? ['AUTH', password] : ['AUTH', username, password])
  }
  if (database !== 0) commands.push(['SELECT', `${database}`])
  return commands
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if (error.name === 'AbortError') return ' (no answer in time)'
  return 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''
}
