// The REST API by its own rules, over a real Redis: what may be sent, and what comes back for it.
import { type ClientRequest, request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { MAX_BODY_BYTES } from '../../../dev/bridge/rest-server.ts'
import { hasRedis, type RedisServer, startRedisServer } from '../../support/redis-server.ts'
import { startTestBridge, type TestBridge } from '../../support/test-bridge.ts'

describe.skipIf(!hasRedis)('the REST API', () => {
  let server: RedisServer
  let bridge: TestBridge

  beforeAll(async () => {
    server = await startRedisServer()
    bridge = await startTestBridge(server.url)
  })
  afterAll(async () => {
    await bridge.close()
    await server.stop()
  })
  beforeEach(() => bridge.redis.send(['FLUSHALL']))

  async function post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: object = {}) {
    const answer = await fetch(bridge.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${bridge.token}`, ...headers },
      body,
    })
    return [answer.status, await answer.text()] as const
  }
  const ask = (...command: readonly unknown[]) => post('/', JSON.stringify(command))
  const inBase64 = (path: string, body: unknown) =>
    post(path, JSON.stringify(body), { 'upstash-encoding': 'base64' })

  it('answers 200 with the result, and 400 with the error of Redis', async () => {
    expect(await ask('SET', 'k', 'v')).toEqual([200, '{"result":"OK"}'])
    expect(await ask('GET', 'k')).toEqual([200, '{"result":"v"}'])
    expect(await ask('GET', 'none')).toEqual([200, '{"result":null}'])
    expect(await ask('INCR', 'k')).toEqual([
      400,
      '{"error":"ERR value is not an integer or out of range"}',
    ])
    const sha = '0'.repeat(40)
    expect(await ask('EVALSHA', sha, 0)).toEqual([
      400,
      '{"error":"NOSCRIPT No matching script. Please use EVAL."}',
    ])
  })

  it('gives integers in all their digits, and arrays as they are nested', async () => {
    expect(await ask('EVAL', "return redis.call('SET', 'n', '9223372036854775806')", 0)).toEqual([200, '{"result":"OK"}']) // prettier-ignore
    expect(await ask('INCR', 'n')).toEqual([200, '{"result":9223372036854775807}'])
    const nested = "return {1, {'a', {'b', false}}, {}, redis.status_reply('OK')}"
    expect(await ask('EVAL', nested, 0)).toEqual([200, '{"result":[1,["a",["b",null]],[],"OK"]}'])
  })

  it('passes numbers on in the digits they were sent in', async () => {
    await post('/', '["SET","n",12345678901234567890]')
    expect(await ask('GET', 'n')).toEqual([200, '{"result":"12345678901234567890"}'])
    await post('/', '["SET","n",1.50]')
    expect(await ask('GET', 'n')).toEqual([200, '{"result":"1.50"}'])
    await post('/', '["SET","n",true]')
    expect(await ask('GET', 'n')).toEqual([200, '{"result":"true"}'])
  })

  it('encodes every text on demand, but an OK that is the whole answer', async () => {
    const of = (text: string) => Buffer.from(text).toString('base64')
    expect(await inBase64('/', ['SET', 'k', 'OK'])).toEqual([200, '{"result":"OK"}'])
    expect(await inBase64('/', ['GET', 'k'])).toEqual([200, `{"result":"${of('OK')}"}`])
    expect(await inBase64('/', ['PING'])).toEqual([200, `{"result":"${of('PONG')}"}`])
    const nested = "return {redis.status_reply('OK'), 'OK', 7, false, {'ü'}}"
    const encoded = `{"result":["${of('OK')}","${of('OK')}",7,null,["${of('ü')}"]]}`
    expect(await inBase64('/', ['EVAL', nested, 0])).toEqual([200, encoded])
    const body = [['SET', 'k', 'v'], ['NO SUCH'], ['GET', 'k']]
    const [status, text] = await inBase64('/pipeline', body)
    expect([status, JSON.parse(text)]).toEqual([
      200,
      [{ result: 'OK' }, { error: expect.stringMatching(/^ERR unknown/) }, { result: of('v') }],
    ])
  })

  it('gives bytes that are no text in base64 only', async () => {
    const bytes = "return '\\255\\254'"
    expect(await inBase64('/', ['EVAL', bytes, 0])).toEqual([200, '{"result":"//4="}'])
    const [status, text] = await ask('EVAL', bytes, 0)
    expect([status, text]).toEqual([400, expect.stringContaining('not UTF-8')])
  })

  it('tells an error within an answer as the answer', async () => {
    const inside = "return {1, {redis.error_reply('ERR within')}}"
    expect(await ask('EVAL', inside, 0)).toEqual([400, '{"error":"ERR within"}'])
  })

  it('runs a transaction whole or not at all', async () => {
    const whole = JSON.stringify([
      ['SET', 'k', 1],
      ['INCR', 'k'],
      ['LPUSH', 'k', 1],
    ])
    const [status, text] = await post('/multi-exec', whole)
    expect([status, JSON.parse(text)]).toEqual([
      200,
      [{ result: 'OK' }, { result: 2 }, { error: expect.stringMatching(/^WRONGTYPE/) }],
    ])
    const broken = JSON.stringify([['SET', 'k', 9], ['NO SUCH']])
    expect(await post('/multi-exec', broken)).toEqual([400, expect.stringContaining('EXECABORT')])
    expect(await ask('GET', 'k')).toEqual([200, '{"result":"2"}'])
  })

  it.each([
    ['another token', { authorization: 'Bearer test-bridge-tokeN' }],
    ['a longer token', { authorization: 'Bearer test-bridge-token2' }],
    ['no token', { authorization: '' }],
    ['another scheme', { authorization: 'Basic test-bridge-token' }],
    ['the bare token', { authorization: 'test-bridge-token' }],
  ])('refuses %s', async (_what, headers) => {
    expect(await post('/', '["SET","k","v"]', headers)).toEqual([401, '{"error":"Unauthorized"}'])
    expect(await ask('GET', 'k')).toEqual([200, '{"result":null}'])
  })

  it.each([
    ['/', ''],
    ['/', 'SET k v'],
    ['/', '{}'],
    ['/', '[]'],
    ['/', '[""]'],
    ['/', '["SET","k",null]'],
    ['/', '["SET","k",["v"]]'],
    ['/', '["SET","k","\\ud800"]'],
    ['/', '[["SET","k","v"]]'],
    ['/pipeline', '[]'],
    ['/pipeline', '["SET","k","v"]'],
    ['/multi-exec', '[["SET","k","v"],[]]'],
  ])('refuses %s with the body %s, and does nothing', async (path, body) => {
    expect(await post(path, body)).toEqual([400, expect.stringContaining('must be a JSON array')])
    expect(await ask('DBSIZE')).toEqual([200, '{"result":0}'])
  })

  it('refuses a body that is not UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('["SET","k","'),
      Buffer.from([0xff]),
      Buffer.from('"]'),
    ])
    expect((await post('/', body))[0]).toBe(400)
  })

  it.each(['/set/k/v', '/subscribe/channel', '/pipeline/', '/?_token=x', '//'])(
    'has no path %s',
    async (path) => {
      expect((await post(path, '["PING"]'))[0]).toBe(404)
    },
  )

  it('answers POST alone', async () => {
    const headers = { authorization: `Bearer ${bridge.token}` }
    expect((await fetch(bridge.url, { headers })).status).toBe(405)
  })

  it.each([
    ['MULTI'],
    ['select', '1'],
    ['SUBSCRIBE', 'c'],
    ['monitor'],
    ['CLIENT', 'REPLY', 'OFF'],
    ['HELLO', '3'],
    ['QUIT'],
    ['BLPOP', 'k', '0'],
    ['XREAD', 'block', '0', 'STREAMS', 'k', '$'],
    ['SHUTDOWN'],
  ])('does not let one client take the connection of all by %s', async (...command) => {
    expect(await ask(...command)).toEqual([400, expect.stringContaining('not available')])
    const inPipeline = JSON.stringify([command, ['PING']])
    expect(await post('/pipeline', inPipeline)).toEqual([
      200,
      expect.stringMatching(/^\[\{"error":".*"\},\{"result":"PONG"\}\]$/),
    ])
    expect((await post('/multi-exec', inPipeline))[0]).toBe(400)
    expect(await ask('PING')).toEqual([200, '{"result":"PONG"}'])
  })

  it('takes a body of the largest size, and ends the connection on a larger one', async () => {
    const frame = '["SET","k",""]'
    const largest = `["SET","k","${'x'.repeat(MAX_BODY_BYTES - frame.length)}"]`
    expect((await post('/', largest))[0]).toBe(200)
    const larger = (body: (sent: ClientRequest) => void) =>
      new Promise<unknown>((resolve) => {
        const headers = { authorization: `Bearer ${bridge.token}` }
        const sent = request(bridge.url, { method: 'POST', headers }, (answer) => {
          resolve(answer.statusCode)
          answer.resume()
        })
        sent.on('error', () => resolve('the connection was ended'))
        body(sent)
      })
    expect(await larger((sent) => sent.end(`${largest} `))).toBe(413)
    const endless = await larger((sent) => {
      const more = (): unknown => sent.destroyed || sent.write('x'.repeat(100_000), more)
      more()
    })
    // Whoever is still sending may see the end before the answer.
    expect([413, 'the connection was ended']).toContain(endless)
  })

  it('says nothing of what it is asked', async () => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => undefined),
    )
    const written = vi.spyOn(process.stderr, 'write')
    await ask('SET', 'canary', 'canary')
    await ask('NO SUCH', 'canary')
    await post('/', 'canary')
    expect([...spies, written].flatMap((spy) => spy.mock.calls)).toEqual([])
    for (const spy of [...spies, written]) spy.mockRestore()
  })
})
