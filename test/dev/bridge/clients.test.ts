// The bridge as Upstash's own packages see it, over a real Redis and over a cluster.
import { Ratelimit } from '@upstash/ratelimit'
import { Redis } from '@upstash/redis/cloudflare'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRedis, startRedisCluster, startRedisServer } from '../../support/redis-server.ts'
import { startTestBridge, type TestBridge } from '../../support/test-bridge.ts'

const places = [
  { where: 'one Redis', start: () => startRedisServer({ password: 'p@ss:w/rd' }) },
  { where: 'a cluster', start: () => startRedisCluster() },
]

const encodings = [
  { encoding: 'base64', responseEncoding: undefined },
  { encoding: 'plain', responseEncoding: false },
] as const

describe.skipIf(!hasRedis).each(places)('@upstash/redis on $where', ({ start }) => {
  let stop: () => Promise<void>
  let bridge: TestBridge

  beforeAll(async () => {
    const server = await start()
    stop = () => server.stop()
    bridge = await startTestBridge(server.url.replace('p@ss:w/rd', encodeURIComponent('p@ss:w/rd')))
  })
  afterAll(async () => {
    await bridge.close()
    await stop()
  })

  const open = (changes: object = {}) =>
    new Redis({
      url: bridge.url,
      token: bridge.token,
      automaticDeserialization: false,
      enableAutoPipelining: false,
      retry: { retries: 0 },
      ...changes,
    })

  describe.each(encodings)('with answers in $encoding', ({ encoding, responseEncoding }) => {
    const redis = () => open(responseEncoding === undefined ? {} : { responseEncoding })
    const key = (name: string) => `{${encoding}}:${name}`

    it('reads back any text', async () => {
      const text = fc.string({ unit: 'grapheme', maxLength: 40 })
      const told = fc.oneof(
        text,
        fc.constantFrom('OK', 'T0s=', 'null', '', '\u0000\r\n', 'Grüezi 👋'),
      )
      await fc.assert(
        fc.asyncProperty(told, async (value) => {
          expect(await redis().set(key('text'), value)).toBe('OK')
          expect(await redis().get(key('text'))).toBe(value)
          expect(await redis().eval('return {ARGV[1]}', [key('text')], [value])).toEqual([value])
        }),
        { numRuns: 40 },
      )
    })

    it('reads integers, nothing, and what is nested', async () => {
      await redis().set(key('n'), '9007199254740991')
      expect(await redis().get(key('n'))).toBe('9007199254740991')
      expect(await redis().decr(key('n'))).toBe(9_007_199_254_740_990)
      expect(await redis().get(key('none'))).toBeNull()
      const nested = "return {1, {'a', {'b', 2}}, redis.status_reply('OK')}"
      expect(await redis().eval(nested, [key('n')], [])).toEqual([1, ['a', ['b', 2]], 'OK'])
    })

    it('runs a pipeline in order, and keeps its errors apart', async () => {
      const pipeline = redis().pipeline()
      pipeline.set(key('p'), '1').incr(key('p')).lpush(key('p'), 'x').get(key('p'))
      expect(await pipeline.exec({ keepErrors: true })).toEqual([
        { result: 'OK', error: undefined },
        { result: 2, error: undefined },
        { result: undefined, error: expect.stringMatching(/^WRONGTYPE/) },
        { result: '2', error: undefined },
      ])
    })

    it('runs a transaction in one', async () => {
      const transaction = redis().multi()
      transaction.set(key('m'), '1').incr(key('m')).get(key('m'))
      expect(await transaction.exec()).toEqual(['OK', 2, '2'])
    })
  })

  it('runs scripts by text, by hash and by either', async () => {
    const redis = open()
    const script = redis.createScript("return {KEYS[1], ARGV[1], 'v1'}")
    await expect(script.evalsha(['{s}'], ['x'])).rejects.toThrow('NOSCRIPT')
    expect(await script.exec(['{s}'], ['x'])).toEqual(['{s}', 'x', 'v1'])
    expect(await script.evalsha(['{s}'], ['y'])).toEqual(['{s}', 'y', 'v1'])
    const sha = await redis.scriptLoad("return 'loaded'")
    expect(await redis.scriptExists(sha, 'f'.repeat(40))).toEqual([1, 0])
    for (const key of ['a', 'b', 'c', 'd'])
      expect(await redis.evalsha(sha, [key], [])).toBe('loaded')
    await redis.scriptFlush()
    expect(await redis.scriptExists(sha)).toEqual([0])
  })

  it('runs scripts that are written for Upstash, by their own hashes', async () => {
    const redis = open()
    const text = '#!lua flags=allow-key-locking\nreturn ARGV[1]'
    const script = redis.createScript(text)
    await expect(script.evalsha(['k'], ['x'])).rejects.toThrow('NOSCRIPT')
    expect(await script.exec(['k'], ['x'])).toBe('x')
    expect(await script.evalsha(['k'], ['y'])).toBe('y')
    const loaded = await redis.scriptLoad(`${text} .. '!'`)
    expect(await redis.scriptExists(loaded)).toEqual([1])
    expect(await redis.evalsha(loaded, ['k'], ['z'])).toBe('z!')
    await redis.scriptFlush()
    await expect(script.evalsha(['k'], ['x'])).rejects.toThrow('NOSCRIPT')
    const other = '#!lua flags=no-writes,allow-key-locking\nreturn redis.call("SET", KEYS[1], "x")'
    await expect(redis.eval(other, ['k'], [])).rejects.toThrow('Write commands are not allowed')
  })

  it('answers calls that the client has put into one request', async () => {
    const redis = open({ enableAutoPipelining: true })
    bridge.received.length = 0
    const names = ['a', 'b', 'c', 'd']
    await Promise.all(names.map((name) => redis.set(name, name)))
    expect(await Promise.all(names.map((name) => redis.get(name)))).toEqual(names)
    expect(bridge.received).toEqual(['pipeline', 'pipeline'])
  })

  it('is refused with another token, and told no more', async () => {
    const redis = open({ token: 'another' })
    await expect(redis.get('k')).rejects.toThrow('Unauthorized')
  })

  it.each([
    ['slidingWindow', Ratelimit.slidingWindow(3, '1 h')],
    ['fixedWindow', Ratelimit.fixedWindow(3, '1 h')],
    ['tokenBucket', Ratelimit.tokenBucket(1, '1 h', 3)],
  ])('limits by @upstash/ratelimit: %s', async (name, limiter) => {
    const redis = new Redis({ url: bridge.url, token: bridge.token })
    const ratelimit = new Ratelimit({ redis, limiter, ephemeralCache: false, prefix: name })
    const admitted: boolean[] = []
    for (let n = 0; n < 5; n += 1) admitted.push((await ratelimit.limit('{one}')).success)
    expect(admitted).toEqual([true, true, true, false, false])
    expect((await ratelimit.limit('{other}')).success).toBe(true)
  })
})
