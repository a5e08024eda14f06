import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reply } from '../../../dev/bridge/reply.ts'
import { MalformedReply, ReplyParser } from '../../../dev/bridge/reply-parser.ts'

function bytesOf(reply: Reply): Buffer {
  switch (reply.type) {
    case 'status':
      return Buffer.from(`+${reply.text}\r\n`)
    case 'error':
      return Buffer.from(`-${reply.message}\r\n`)
    case 'integer':
      return Buffer.from(`:${reply.digits}\r\n`)
    case 'null':
      return Buffer.from('$-1\r\n')
    case 'bulk':
      return Buffer.concat([
        Buffer.from(`$${reply.bytes.length}\r\n`),
        reply.bytes,
        Buffer.from('\r\n'),
      ])
    case 'array':
      return Buffer.concat([
        Buffer.from(`*${reply.items.length}\r\n`),
        ...reply.items.map((item) => bytesOf(item)),
      ])
  }
}

const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text))
const { reply } = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 4 },
    line.map((text): Reply => ({ type: 'status', text })),
    line.map((message): Reply => ({ type: 'error', message })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Reply => {
      return { type: 'integer', digits: `${value}` }
    }),
    fc.constant<Reply>({ type: 'null' }),
    fc.uint8Array().map((bytes): Reply => ({ type: 'bulk', bytes: Buffer.from(bytes) })),
    fc.array(tie('reply'), { maxLength: 4 }).map((items): Reply => ({ type: 'array', items })),
  ),
}))

const whole = (text: string) => new ReplyParser().push(Buffer.from(text, 'latin1'))

describe('the parser of replies', () => {
  it('reads any replies, wherever their bytes are cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 4 }), cuts, (replies, sizes) => {
        const bytes = Buffer.concat(replies.map((one) => bytesOf(one)))
        const parser = new ReplyParser()
        const read: Reply[] = []
        for (let at = 0, n = 0; at < bytes.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1
          read.push(...parser.push(bytes.subarray(at, at + size)))
          at += size
        }
        expect(read).toEqual(replies)
      }),
      { numRuns: 300 },
    )
  })

  it('reads an array of nothing, and one that is null', () => {
    expect(whole('*0\r\n*-1\r\n')).toEqual([{ type: 'array', items: [] }, { type: 'null' }])
  })

  it.each([
    ['a type that is none', '!1\r\n'],
    ['a type of RESP3', '%1\r\n'],
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n'],
    ['an empty line', '\r\n'],
    ['a line feed alone', '+OK\n'],
    ['a carriage return alone', '+O\rK\r\n'],
    ['an integer with a sign', ':+1\r\n'],
    ['an integer with a leading zero', ':01\r\n'],
    ['an integer that is none', ':1e3\r\n'],
    ['no integer', ':\r\n'],
    ['a length below -1', '$-2\r\n'],
    ['a length with a sign', '$+1\r\na\r\n'],
    ['a length of more than 64 MiB', '$67108865\r\n'],
    ['a text that is longer than it says', '$1\r\nab\r\n'],
    ['a text that ends in something else', '$1\r\na\n\n'],
    ['an array of more than is kept', '*999999999\r\n'],
    ['arrays within arrays without end', '*1\r\n'.repeat(65)],
    ['a line without an end', `+${'x'.repeat(1024 * 1024 + 1)}`],
  ])('refuses %s', (_what, bytes) => {
    expect(() => whole(bytes)).toThrow(MalformedReply)
  })

  it('puts a long text together once, however many pieces it comes in', () => {
    const parser = new ReplyParser()
    const piece = Buffer.alloc(1_000, 0x61)
    parser.push(Buffer.from('$20000000\r\n'))
    const startedAt = process.cpuUsage()
    for (let n = 0; n < 20_000; n += 1) expect(parser.push(piece)).toEqual([])
    const [text] = parser.push(Buffer.from('\r\n'))
    expect(text).toMatchObject({ type: 'bulk', bytes: { length: 20_000_000 } })
    // Put together at each piece it would be 200 GB to copy.
    expect(process.cpuUsage(startedAt).user / 1_000).toBeLessThan(5_000)
  })
})
