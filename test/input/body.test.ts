import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatheredBytes } from '../../src/gathered-bytes.ts'
import { readBody } from '../../src/input/body.ts'
import { ByteTap, cutAt, lazyBody } from '../support/fakes/byte-tap.ts'

const JSON_HEADERS = { 'content-type': 'application/json' }

function post(
  body: ReadableStream<Uint8Array> | string | null,
  headers: Readonly<Record<string, string>> = JSON_HEADERS,
): Request {
  const init = { method: 'POST', headers, body, duplex: 'half' }
  return new Request('http://gateway.test/', init)
}

const chunks = (...sizes: number[]) => sizes.map((size) => new Uint8Array(size).fill(97))

describe('the body of a request', () => {
  it('is given whole, however it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60_000 }),
        fc.array(fc.integer({ min: 1, max: 12_000 }), { maxLength: 30 }),
        async (bytes, sizes) => {
          const read = await readBody(post(lazyBody(cutAt(bytes, sizes)).stream), 60_000)
          expect(Buffer.compare(read, bytes)).toBe(0)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('may be as large as the cap and not a byte larger', async () => {
    expect(await readBody(post(lazyBody(chunks(60, 40)).stream), 100)).toHaveLength(100)
    await expect(readBody(post(lazyBody(chunks(60, 41)).stream), 100)).rejects.toMatchObject({
      code: 'BodyTooLarge',
      members: { max: 100 },
    })
  })

  it('is read no further than to where it passes the cap', async () => {
    const { stream, taken } = lazyBody(chunks(...Array.from({ length: 50 }, () => 10)))
    await expect(readBody(post(stream), 100)).rejects.toMatchObject({ code: 'BodyTooLarge' })
    expect(taken()).toBeLessThanOrEqual(12)
  })

  it('is refused unread by the length that its header tells', async () => {
    const { stream, taken } = lazyBody(chunks(1))
    const headers = { ...JSON_HEADERS, 'content-length': '101' }
    await expect(readBody(post(stream, headers), 100)).rejects.toMatchObject({
      code: 'BodyTooLarge',
    })
    expect(taken()).toBeLessThanOrEqual(1)
  })

  it('that its client breaks off is malformed, not an error of ours', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull: () => Promise.reject(new Error('reset')),
    })
    await expect(readBody(post(broken), 100)).rejects.toMatchObject({ code: 'MalformedRequest' })
  })

  it('is refused the same when its stream does not let itself be cancelled', async () => {
    const stubborn = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(200))
      },
      cancel: () => Promise.reject(new Error('no')),
    })
    await expect(readBody(post(stubborn), 100)).rejects.toMatchObject({ code: 'BodyTooLarge' })
  })

  it('is whole with as many bytes as its header tells, though its end has not come', async () => {
    const headers = { ...JSON_HEADERS, 'content-length': '5' }
    const { stream } = new ByteTap().push('{"a"').push(':')
    expect(await readBody(post(stream, headers), 100)).toHaveLength(5)
  })

  it('of more bytes than its header tells is held to the cap all the same', async () => {
    const headers = { ...JSON_HEADERS, 'content-length': '5' }
    expect(await readBody(post(lazyBody(chunks(3, 4)).stream, headers), 100)).toHaveLength(7)
    await expect(
      readBody(post(lazyBody(chunks(3, 98)).stream, headers), 100),
    ).rejects.toMatchObject({ code: 'BodyTooLarge' })
  })

  it('may be absent', async () => {
    expect(await readBody(post(null), 100)).toHaveLength(0)
  })

  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'GZIP'])(
    'is not decoded from %s',
    async (coding) => {
      const headers = { ...JSON_HEADERS, 'content-encoding': coding }
      await expect(readBody(post('{}', headers), 100)).rejects.toMatchObject({
        code: 'UnsupportedMediaType',
      })
    },
  )

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON ;charset="UTF-8"',
  ])('is read as %j', async (type) => {
    expect(await readBody(post('{}', { 'content-type': type }), 100)).toHaveLength(2)
  })

  it.each([
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-16',
    'application/jsonp',
    'text/plain',
    'multipart/form-data; boundary=x',
    '',
  ])('is not read as %j', async (type) => {
    const reading = readBody(post('{}', { 'content-type': type }), 100)
    await expect(reading).rejects.toMatchObject({ code: 'UnsupportedMediaType' })
  })
})

describe('gathered bytes', () => {
  it('take little more room than they are long when they come one by one', () => {
    const gathered = new GatheredBytes(1_000_000)
    const before = process.memoryUsage().arrayBuffers
    for (let at = 0; at < 1_000_000; at += 1) gathered.add(Uint8Array.of(at & 0xff))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40_000_000)
    const whole = gathered.whole()
    expect([whole.length, whole[999_999]]).toEqual([1_000_000, 999_999 & 0xff])
  })
})
