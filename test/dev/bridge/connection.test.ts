// A Redis that is not there, goes away, lies or is slow: every call is answered, and none with
// somebody else's answer.
import { afterEach, describe, expect, it } from 'vitest'
import { startBridge } from '../../../dev/bridge/bridge.ts'
import { openRedis } from '../../../dev/bridge/open-redis.ts'
import { parseRedisUrl } from '../../../dev/bridge/redis-url.ts'
import { hasRedis, type RedisServer, startRedisServer } from '../../support/redis-server.ts'
import { type Answer, type RespServer, startRespServer } from '../../support/resp-server.ts'
import { freePort } from '../../support/start-up.ts'
import { startTestBridge, type TestBridge } from '../../support/test-bridge.ts'

const opened: { close(): Promise<void> }[] = []
const started: (RespServer | RedisServer)[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((bridge) => bridge.close()))
  await Promise.all(started.splice(0).map((server) => server.stop()))
})

const SINGLE = '$17\r\ncluster_enabled:0\r\n'

/** A bridge to a Redis that answers as the test says, once it has told that it is no cluster. */
async function bridgeTo(answer: Answer) {
  const server = await startRespServer((command, socket) =>
    command.startsWith('INFO') ? SINGLE : answer(command, socket),
  )
  started.push(server)
  const bridge = await startTestBridge(server.url)
  opened.push(bridge)
  return { server, bridge }
}

async function ask(bridge: TestBridge, ...command: readonly string[]) {
  const headers = { authorization: `Bearer ${bridge.token}` }
  const init = { method: 'POST', headers, body: JSON.stringify(command) }
  const answer = await fetch(bridge.url, init)
  return [answer.status, await answer.json()] as const
}

const open = (url: string) => {
  const address = parseRedisUrl(url)
  if (typeof address === 'string') throw new Error(address)
  return openRedis(address)
}

const LOST = [503, { error: expect.stringContaining('whether the command ran is unknown') }]

describe('a bridge whose Redis', () => {
  it.each([
    ['ends the connection', null],
    ['answers in something else', 'HTTP/1.1 400 Bad Request\r\n'],
    ['breaks an answer off', '$5\r\nab\r\n:1\r\n'],
  ])('%s gives nobody a wrong answer, and asks on a new connection', async (_what, bytes) => {
    let first = true
    const { bridge, server } = await bridgeTo((command) => {
      if (command !== 'GET x' || !first) return `$${command.length}\r\n${command}\r\n`
      first = false
      return bytes
    })
    const [one, two] = await Promise.all([ask(bridge, 'GET', 'x'), ask(bridge, 'GET', 'other')])
    expect(one).toEqual(LOST)
    expect([LOST, [200, { result: 'GET other' }]]).toContainEqual(two)
    expect(await ask(bridge, 'GET', 'after')).toEqual([200, { result: 'GET after' }])
    expect(server.connections()).toBe(2)
  })

  it('answers unasked is asked on a new connection, before the answer can be taken for another’s', async () => {
    const { bridge, server } = await bridgeTo((command) =>
      command === 'GET x' ? '+x\r\n+unasked\r\n' : `$${command.length}\r\n${command}\r\n`,
    )
    expect(await ask(bridge, 'GET', 'x')).toEqual([200, { result: 'x' }])
    expect(await ask(bridge, 'GET', 'y')).toEqual([200, { result: 'GET y' }])
    expect(server.connections()).toBe(2)
  })

  it('never asks a command twice that may have been run', async () => {
    const { bridge, server } = await bridgeTo((command) => (command.startsWith('INCR') ? null : '+OK\r\n')) // prettier-ignore
    expect(await ask(bridge, 'INCR', 'k')).toEqual(LOST)
    expect(await ask(bridge, 'PING')).toEqual([200, { result: 'OK' }])
    expect(server.heard.filter((command) => command === 'INCR k')).toHaveLength(1)
  })

  it('is slow answers each with its own, in whatever order they come', async () => {
    const { bridge } = await bridgeTo((command, socket) => {
      const bytes = Buffer.from(`$${command.length}\r\n${command}\r\n`)
      for (const byte of bytes) socket.write(Buffer.from([byte]))
      return undefined
    })
    const names = Array.from({ length: 40 }, (_, n) => `k${n}`)
    const answers = await Promise.all(names.map((name) => ask(bridge, 'GET', name)))
    expect(answers).toEqual(names.map((name) => [200, { result: `GET ${name}` }]))
  })

  it('is silent is ended with, a call in the air or not', async () => {
    const { bridge } = await bridgeTo(() => undefined)
    const call = ask(bridge, 'GET', 'k').catch((error: unknown) => error)
    while (bridge.received.length === 0) await new Promise(setImmediate)
    const closedAt = performance.now()
    await bridge.close()
    expect(performance.now() - closedAt).toBeLessThan(1_000)
    expect(await call).toBeInstanceOf(Error)
  })
})

describe('a Redis that cannot be used', () => {
  it.each<[string, string, RegExp]>([
    ['ends every connection', '', /does not answer/],
    ['is none', 'HTTP/1.1 400 Bad Request\r\n\r\n', /does not answer/],
    ['is still loading', '-LOADING Redis is loading the dataset in memory\r\n', /LOADING/],
    ['wants a password', '-NOAUTH Authentication required.\r\n', /NOAUTH/],
  ])('is told of when it %s', async (_what, bytes, told) => {
    const server = await startRespServer(() => (bytes === '' ? null : bytes))
    started.push(server)
    await expect(open(server.url)).rejects.toThrow(told)
  })

  it('is told of when nobody listens', async () => {
    const port = await freePort()
    const told = `no connection to 127.0.0.1:${port} (ECONNREFUSED)`
    await expect(open(`redis://127.0.0.1:${port}`)).rejects.toThrow(told)
  })

  it('is told of when it is no cluster although one was asked for', async () => {
    const server = await startRespServer(() => SINGLE)
    started.push(server)
    await expect(open(server.url.replace('redis:', 'redis+cluster:'))).rejects.toThrow('no cluster')
  })
})

describe.skipIf(!hasRedis)('a bridge to a redis-server', () => {
  it('logs in, and uses the database that is named', async () => {
    const server = await startRedisServer({ password: 'secret' })
    started.push(server)
    const third = await startTestBridge(`${server.url}/3`)
    const first = await startTestBridge(server.url)
    opened.push(third, first)
    await ask(third, 'SET', 'k', 'in 3')
    expect(await ask(third, 'GET', 'k')).toEqual([200, { result: 'in 3' }])
    expect(await ask(first, 'GET', 'k')).toEqual([200, { result: null }])
    const wrong = server.url.replace('secret', 'canary')
    const refused: unknown = await open(wrong).catch((error: unknown) => error)
    expect(String(refused)).toMatch(/AUTH was refused: WRONGPASS/)
    expect(String(refused)).not.toContain('canary')
    await expect(open(`${server.url}/99`)).rejects.toThrow('SELECT was refused')
  })

  it('finds it again when it comes back', async () => {
    const server = await startRedisServer()
    started.push(server)
    const bridge = await startTestBridge(server.url)
    opened.push(bridge)
    expect(await ask(bridge, 'PING')).toEqual([200, { result: 'PONG' }])
    await server.stop()
    const gone = [503, { error: expect.stringContaining('no connection to 127.0.0.1') }]
    expect(await ask(bridge, 'PING')).toEqual(gone)
    expect(await ask(bridge, 'PING')).toEqual(gone)
    started.push(await startRedisServer({ port: server.port }))
    expect(await ask(bridge, 'PING')).toEqual([200, { result: 'PONG' }])
  })

  it('makes a token of its own for each, and lets go of its port when it is closed', async () => {
    const server = await startRedisServer()
    started.push(server)
    const address = parseRedisUrl(server.url)
    if (typeof address === 'string') throw new Error(address)
    const [one, other] = [await startBridge(address), await startBridge(address)]
    expect(one.token).toMatch(/^[\w-]{43}$/)
    expect(other.token).not.toBe(one.token)
    await Promise.all([one.close(), other.close()])
    await expect(fetch(one.url, { method: 'POST' })).rejects.toThrow('fetch failed')
  })
})
