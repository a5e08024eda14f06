import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SseFrame, SseScanner } from '../../src/upstream/sse.ts'

const encoder = new TextEncoder()

function scan(chunks: Iterable<Uint8Array>, limit?: number): SseFrame[] {
  const scanner = new SseScanner(limit)
  const frames: SseFrame[] = []
  for (const chunk of chunks) {
    // The chunk is overwritten after use, as a reader with one buffer does.
    const used = chunk.slice()
    for (const frame of scanner.feed(used)) frames.push({ ...frame, bytes: frame.bytes.slice() })
    used.fill(0)
  }
  return [...frames, ...scanner.end()]
}

const scanText = (...texts: string[]): SseFrame[] => scan(texts.map((text) => encoder.encode(text)))

const events = (frames: readonly SseFrame[]): { event: string | null; data: string }[] =>
  frames.flatMap(({ event, data }) => (data === null ? [] : [{ event, data }]))

function joined(frames: readonly SseFrame[]): Uint8Array {
  return new Uint8Array(frames.flatMap((frame) => [...frame.bytes]))
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  for (let i = 0; at < bytes.length; i += 1) {
    const length = lengths[i % lengths.length] ?? bytes.length
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return chunks
}

/** The standard's algorithm over the whole text, with the one difference at the end of the stream. */
function reference(bytes: Uint8Array): { event: string | null; data: string }[] {
  const found: { event: string | null; data: string }[] = []
  let event: string | null = null
  let data: string[] = []
  const dispatch = (): void => {
    if (data.length > 0) found.push({ event, data: data.join('\n') })
    event = null
    data = []
  }
  for (const line of new TextDecoder().decode(bytes).split(/\r\n|\r|\n/)) {
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (line === '') dispatch()
    else if (field === 'data') data.push(value)
    else if (field === 'event') event = value
  }
  dispatch()
  return found
}

describe('reading events', () => {
  it('joins data lines, takes the last event name, passes comments over', () => {
    expect(
      events(scanText(': hi\nevent: a\nevent: b\ndata: one\nid: 7\ndata:two\ndata\nretry: 3\n\n')),
    ).toEqual([{ event: 'b', data: 'one\ntwo\n' }])
  })

  it('takes away one leading space only', () => {
    expect(events(scanText('data:  x \n\n'))).toEqual([{ event: null, data: ' x ' }])
  })

  it('knows a field by its whole name', () => {
    expect(events(scanText('database: x\ndat: y\n data: z\n\n'))).toEqual([])
  })

  it('gives comments and blank lines as frames without data', () => {
    const frames = scanText(': ping\n\n\n')
    expect(frames.map((frame) => [frame.data, frame.bytes.length])).toEqual([
      [null, 8],
      [null, 1],
    ])
  })

  it('drops one leading byte order mark, however it is cut', () => {
    const bytes = encoder.encode('\uFEFF\uFEFFdata: no\n\ndata: yes\n\n').subarray(0)
    expect(events(scan(cut(bytes, [1])))).toEqual([{ event: null, data: 'yes' }])
    const once = encoder.encode('\uFEFFdata: x\n\n')
    for (const length of [1, 2, 3, 4, 99]) {
      expect(events(scan(cut(once, [length])))).toEqual([{ event: null, data: 'x' }])
    }
  })

  it('takes a byte order mark anywhere else for what it is: part of a line', () => {
    expect(events(scanText('data: a\n\n\uFEFFdata: b\n\n'))).toEqual([{ event: null, data: 'a' }])
  })

  it('takes the start of a byte order mark that is not completed for a line', () => {
    const bytes = new Uint8Array([0xef, ...encoder.encode('\ndata: a\n\n')])
    for (const length of [1, 99]) expect(scan(cut(bytes, [length]))).toHaveLength(1)
  })

  it('reads the last event although its blank line never came', () => {
    expect(events(scanText('data: a\n\ndata: b'))).toEqual([
      { event: null, data: 'a' },
      { event: null, data: 'b' },
    ])
  })

  it('keeps an LF that comes in the next chunk with the CR before it', () => {
    const frames = scanText('data: a\r\n\r', '\ndata: b\r\n\r\n')
    expect(frames.map((frame) => new TextDecoder().decode(frame.bytes))).toEqual([
      'data: a\r\n\r\n',
      'data: b\r\n\r\n',
    ])
  })

  it('reads characters that are cut within', () => {
    const bytes = encoder.encode('data: 😀é中\n\n')
    expect(events(scan(cut(bytes, [1])))).toEqual([{ event: null, data: '😀é中' }])
  })

  it('gives an event with the chunk that completes it', () => {
    const scanner = new SseScanner()
    expect(scanner.feed(encoder.encode('data: a\n'))).toEqual([])
    expect(scanner.feed(encoder.encode('\n'))).toHaveLength(1)
    expect(scanner.end()).toEqual([])
  })

  it('copies nothing when the chunk holds whole events', () => {
    const chunk = encoder.encode('data: a\n\ndata: b\n\n')
    const frames = new SseScanner().feed(chunk)
    expect(frames.map((frame) => frame.bytes.buffer)).toEqual([chunk.buffer, chunk.buffer])
    expect(frames.every((frame) => frame.bytes.buffer === chunk.buffer)).toBe(true)
  })
})

describe('any stream, however it is cut', () => {
  const lineEnd = fc.constantFrom('\n', '\r', '\r\n')
  const content = fc.oneof(
    fc.constantFrom('data: {"a":1}', 'data:', 'data', 'event: x', ': c', 'id: 1', '', '', ''),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('d', 'a', 't', ':', ' ', '\r', '\n', '\uFEFF', '😀') }),
  )
  const stream = fc
    .tuple(fc.boolean(), fc.array(fc.tuple(content, lineEnd), { maxLength: 30 }), content)
    .map(([mark, lines, rest]) =>
      encoder.encode(
        `${mark ? '\uFEFF' : ''}${lines.map((line) => line.join('')).join('')}${rest}`,
      ),
    )
  const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 20 })

  it('gives the events of the standard, and all bytes in order', () => {
    fc.assert(
      fc.property(stream, lengths, (bytes, pieces) => {
        const frames = scan(cut(bytes, pieces))
        expect(events(frames)).toEqual(reference(bytes))
        expect(joined(frames)).toEqual(bytes)
      }),
      { numRuns: 3000 },
    )
  })

  it('gives the same frames as when it comes whole', () => {
    fc.assert(
      fc.property(stream, lengths, (bytes, pieces) => {
        expect(scan(cut(bytes, pieces))).toEqual(scan([bytes]))
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps every byte of what is not even UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), lengths, (noise, pieces) => {
        const bytes = noise.map((byte) => (byte % 5 === 0 ? 10 : byte))
        const frames = scan(cut(bytes, pieces))
        expect(joined(frames)).toEqual(bytes)
        expect(events(frames)).toEqual(reference(bytes))
      }),
    )
  })

  it('keeps every byte when events are longer than the limit', () => {
    fc.assert(
      fc.property(stream, lengths, (bytes, pieces) => {
        const frames = scan(cut(bytes, pieces), 8)
        expect(joined(frames)).toEqual(bytes)
        const whole = scan([bytes])
        const readable = whole.filter((frame) => frame.bytes.length <= 8)
        expect(events(frames)).toEqual(events(readable))
        for (const frame of frames) expect(frame.oversize && frame.data !== null).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('great events', () => {
  it('passes an event above the limit on unread, at once, and reads the next', () => {
    const scanner = new SseScanner(16)
    const first = scanner.feed(encoder.encode('data: 0123456789abcdef'))
    expect(first.map((frame) => [frame.oversize, frame.bytes.length])).toEqual([[true, 22]])
    expect(scanner.feed(encoder.encode('more'))).toHaveLength(1)
    const last = scanner.feed(encoder.encode('\n\ndata: b\n\n'))
    expect(last.map((frame) => [frame.oversize, frame.data])).toEqual([
      [true, null],
      [false, 'b'],
    ])
  })

  it('reads an event of exactly the limit', () => {
    expect(scan([encoder.encode('data: x\n\n')], 9)[0]?.data).toBe('x')
    expect(scan([encoder.encode('data: x\n\n')], 8)[0]).toMatchObject({
      oversize: true,
      data: null,
    })
  })

  it('takes time in proportion to the bytes, also in one-byte chunks', () => {
    const body = 'x'.repeat(5_000_000)
    const frame = encoder.encode(`event: response.completed\ndata: ${body}\n\n`)
    expect(scan(cut(frame, [16_384]))[0]?.data?.length).toBe(body.length)
    const scanner = new SseScanner()
    let found = 0
    // A million copies of a growing event would be 500 GB; the test would time out.
    for (let at = 0; at < 1_000_000; at += 1) {
      found += scanner.feed(frame.subarray(at, at + 1)).length
    }
    expect([found, scanner.end()[0]?.bytes.length]).toEqual([0, 1_000_000])
  })

  it('takes time in proportion to the lines', () => {
    const lines = 'data: x\r\n'.repeat(300_000)
    expect(scan([encoder.encode(`${lines}\r\n`)])[0]?.data?.length).toBe(599_999)
  })
})
