// A redis-server of the test's own with a small REST face before it, as the store expects one.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/clock.ts'
import { type RedisStoreOptions, createRedisStore } from '../../../src/store/redis/redis-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { Resp } from './resp.ts'

const TOKEN = 'test-token'

export { hasRedis } from '../../support/redis-server.ts'

export class RedisHarness {
  readonly resp: Resp
  readonly url: string
  readonly #process: ChildProcess
  readonly #rest: Server
  readonly #folder: string
  /** Every command that came over REST, for a test to count. */
  readonly received: string[] = []
  /** What Redis answered with an error, NOSCRIPT left out: the store tells nothing of it. */
  readonly errors: string[] = []

  private constructor(process: ChildProcess, resp: Resp, rest: Server, folder: string) {
    this.#process = process
    this.resp = resp
    this.#rest = rest
    this.#folder = folder
    const address = rest.address()
    if (address === null || typeof address === 'string') throw new Error('REST has no port')
    this.url = `http://127.0.0.1:${address.port}`
    rest.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const command = JSON.parse(Buffer.concat(chunks).toString('utf8')) as (string | number)[]
        this.received.push(String(command[0]))
        void resp.send(...command).then((reply) => {
          const failed = reply instanceof Error
          if (failed && !reply.message.startsWith('NOSCRIPT')) this.errors.push(reply.message)
          response.writeHead(failed ? 400 : 200, { 'content-type': 'application/json' })
          response.end(JSON.stringify(failed ? { error: reply.message } : { result: reply }))
        })
      })
    })
  }

  static async open(...settings: readonly string[]): Promise<RedisHarness> {
    const folder = await mkdtemp(join(tmpdir(), 'tollgate-redis-'))
    const port = await freePort()
    const process = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'].concat(
        ['--dir', folder],
        settings,
      ),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    for await (const chunk of process.stdout) {
      if (String(chunk).includes('Ready to accept connections')) break
    }
    process.stdout.resume()
    const rest = createServer()
    rest.listen(0, '127.0.0.1')
    await once(rest, 'listening')
    return new RedisHarness(process, await Resp.open(port), rest, folder)
  }

  store(changes: Partial<RedisStoreOptions> = {}): Store {
    // A busy machine must not look like a store that is down; tests of the deadline set their own.
    const patient = { url: this.url, token: TOKEN, clock: systemClock, deadlineMs: 30_000 }
    return createRedisStore({ ...patient, ...changes })
  }

  /** Marks the database, as its first tenant would, without adding one to the directory. */
  async provision(): Promise<void> {
    await this.resp.send('SET', 'tg:{.directory}:epoch', 'test')
  }

  /** Of this one node, which then owns every slot. */
  async formCluster(): Promise<void> {
    await this.resp.send('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383)
    while (!String(await this.resp.send('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20)
      })
    }
  }

  async close(): Promise<void> {
    this.resp.close()
    this.#rest.close()
    this.#rest.closeAllConnections()
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createSocketServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}
