// A Redis node that is asked over one connection, opened when it is needed and anew after it was lost.
// A command that may have been sent is never sent again.
import { RedisConnection, RedisGone } from './redis-connection.ts'
import type { Login, NodeAddress } from './redis-url.ts'
import type { Command, Reply } from './reply.ts'

export class RedisNode {
  readonly address: NodeAddress
  readonly #login: Login
  #connection: Promise<RedisConnection> | null = null
  #closed = false

  constructor(address: NodeAddress, login: Login) {
    this.address = address
    this.#login = login
  }

  /** One reply a command, in order and without a gap. Rejects with RedisGone. */
  async sendAll(commands: readonly Command[]): Promise<readonly Reply[]> {
    const connection = await this.#connect()
    return connection.sendAll(commands)
  }

  async send(command: Command): Promise<Reply> {
    const [reply] = await this.sendAll([command])
    if (reply === undefined) throw new RedisGone('lost', 'Redis gave no answer')
    return reply
  }

  close(): void {
    this.#closed = true
    const opened = this.#connection
    this.#connection = null
    void opened?.then(
      (connection) => connection.close(),
      () => undefined,
    )
  }

  #connect(): Promise<RedisConnection> {
    if (this.#closed) return Promise.reject(new RedisGone('unsent', 'the bridge is closed'))
    if (this.#connection !== null) return this.#connection
    const forget = (): void => {
      if (this.#connection === opening) this.#connection = null
    }
    const opening = RedisConnection.open(this.address, this.#login, forget)
    this.#connection = opening
    opening.catch(forget)
    return opening
  }
}
