import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutAt, drainBytes, lazyBody } from '../support/fakes/byte-tap.ts'
import { FakeClock } from '../support/fakes/clock.ts'
import {
  DONE,
  errorFrame,
  piece,
  stop,
  usageChunk,
  wholeStream,
} from '../support/fakes/openai-wire.ts'
import { meteredStream, notesIn, withoutNotes } from './metered-stream.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const WITH_USAGE = { stream_options: { include_usage: true } }
const CHARGE = { inputTokens: 10, outputTokens: 2, nanoUsd: 10 * 150 + 2 * 600 }

async function run(upstream: string, body: object = WITH_USAGE) {
  const metered = await meteredStream({ body })
  metered.tap.push(upstream).end()
  const out = await drainBytes(metered.stream)
  return { ...metered, out, text: new TextDecoder().decode(out) }
}

describe('a stream that goes well', () => {
  it('passes byte for byte, and gets one comment just before its end mark', async () => {
    const upstream = `: keep-alive\r\n\r\n${wholeStream(['héllo ', '🙂'], 10, 2)}`
    const { out, text, settled } = await run(upstream)
    expect(sha256(bytesOf(withoutNotes(text)))).toBe(sha256(bytesOf(upstream)))
    expect(text.endsWith(`\n\n${DONE}`)).toBe(true)
    expect(text.indexOf(': tollgate-usage')).toBe(text.lastIndexOf(': tollgate-usage'))
    expect(text.slice(text.indexOf(': tollgate-usage')).split('\n\n')).toHaveLength(3)
    expect(settled).toMatchObject([
      {
        charge: CHARGE,
        outcome: { ended: 'completed', provenance: 'provider', bytesOut: out.length },
      },
    ])
  })

  it('gives the same however it was cut, invalid UTF-8 and all', async () => {
    const upstream = bytesOf(wholeStream(['grüße ', '🙂🙂', 'x'.repeat(300)], 10, 2))
    upstream[70] = 0xf0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 60 }),
        async (sizes) => {
          const metered = await meteredStream({ body: WITH_USAGE })
          for (const part of cutAt(upstream, sizes)) metered.tap.push(part)
          metered.tap.end()
          const text = Buffer.from(await drainBytes(metered.stream)).toString('latin1')
          const bare = Buffer.from(withoutNotes(text), 'latin1')
          expect(sha256(bare)).toBe(sha256(upstream))
          expect(metered.settled.map(({ charge }) => charge)).toEqual([CHARGE])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('is told its usage as an event when the client asks for one', async () => {
    const metered = await meteredStream({ body: WITH_USAGE, asEvent: true })
    metered.tap.push(wholeStream(['a'], 10, 2)).end()
    const text = new TextDecoder().decode(await drainBytes(metered.stream))
    expect(text).toMatch(/event: tollgate-usage\ndata: \{.*\}\n\ndata: \[DONE\]\n\n$/)
  })

  it('loses the usage chunk that the client did not ask for, and no other byte', async () => {
    const { text, settled } = await run(wholeStream(['a'], 10, 2), {})
    expect(withoutNotes(text)).toBe(piece('a') + stop() + DONE)
    expect(settled[0]?.charge).toEqual(CHARGE)
  })

  it('may go without an end mark', async () => {
    const { text, settled } = await run(piece('a') + stop() + usageChunk(10, 2))
    expect(withoutNotes(text)).toBe(piece('a') + stop() + usageChunk(10, 2))
    expect(settled).toMatchObject([{ charge: CHARGE, outcome: { ended: 'completed' } }])
  })

  it('may go without a blank line at its end: nothing of ours is glued to its last event', async () => {
    const cut = (text: string) => text.slice(0, -2)
    const last = cut(usageChunk(10, 2))
    const { text, settled } = await run(piece('a') + stop() + last)
    expect(withoutNotes(text)).toBe(piece('a') + stop() + last)
    expect(text.endsWith(last)).toBe(true)
    expect(settled[0]?.charge).toEqual(CHARGE)
    const marked = await run(wholeStream(['a'], 10, 2).slice(0, -2))
    expect(marked.text.endsWith('\n\ndata: [DONE]')).toBe(true)
    expect(marked.settled[0]?.outcome.ended).toBe('completed')
  })

  it('passes on garbage after its end mark, which changes neither charge nor note', async () => {
    const garbage = 'garbage\n\n' + usageChunk(9_000, 9_000) + errorFrame('late')
    const upstream = wholeStream(['a'], 10, 2) + garbage
    const { text, settled } = await run(upstream)
    expect(withoutNotes(text)).toBe(upstream)
    expect(notesIn(text)).toMatchObject([{ input_tokens: 10, output_tokens: 2 }])
    expect(settled).toMatchObject([{ charge: CHARGE, outcome: { ended: 'completed' } }])
  })

  it('does not keep the client waiting for an upstream that never closes', async () => {
    const { clock, tap, stream, settled, calls } = await meteredStream({ body: WITH_USAGE })
    tap.push(wholeStream(['a'], 10, 2))
    const draining = drainBytes(stream)
    await clock.advance(1_999)
    expect(settled).toHaveLength(0)
    await clock.advance(1)
    expect(new TextDecoder().decode(await draining).endsWith(DONE)).toBe(true)
    expect(settled).toMatchObject([{ charge: CHARGE, outcome: { ended: 'completed' } }])
    expect([calls[0]?.signal.aborted, clock.pending]).toEqual([true, 0])
  })

  it('is estimated where usage is missing or absurd, and said to be', async () => {
    const absurd = { prompt_tokens: -1, completion_tokens: 1e18, total_tokens: 'many' }
    const chunk = usageChunk(1, 1).replace(/"usage":\{.*?\}/, `"usage":${JSON.stringify(absurd)}`)
    for (const upstream of [
      piece('some words') + stop() + DONE,
      piece('some words') + stop() + chunk + DONE,
    ]) {
      const { settled, text } = await run(upstream)
      expect(settled[0]).toMatchObject({
        charge: { inputTokens: 20, outputTokens: 2 },
        outcome: { provenance: 'estimated', ended: 'completed' },
      })
      expect(notesIn(text)).toMatchObject([{ source: 'estimated' }])
    }
  })
})

describe('a stream that breaks', () => {
  const isError = /data: \{[^\n]*"error":\{[^\n]*\n\n$/

  it('ends with an error event, never as if it were whole', async () => {
    const { clock, tap, stream, settled } = await meteredStream({ body: WITH_USAGE })
    tap.push(piece('some words'))
    const draining = drainBytes(stream)
    await clock.advance(0)
    tap.fail()
    const text = new TextDecoder().decode(await draining)
    expect(text).toMatch(isError)
    expect(text).not.toContain('[DONE]')
    expect(text).toContain('"code":"UpstreamFailed"')
    expect(settled).toMatchObject([
      {
        charge: { inputTokens: 20, outputTokens: 2 },
        outcome: { ended: 'upstream_failed', provenance: 'estimated' },
      },
    ])
    expect(clock.pending).toBe(0)
  })

  it('ends so too when the upstream simply stops, and keeps back an event that was cut off', async () => {
    for (const rest of ['', 'data: {"choices":[{"delta":{"con', 'data: {"x"']) {
      const { text, settled } = await run(piece('some words') + rest)
      expect(withoutNotes(text).startsWith(piece('some words'))).toBe(true)
      expect(text).toMatch(isError)
      for (const frame of text.split('\n\n').filter((each) => each.startsWith('data: '))) {
        expect(() => JSON.parse(frame.slice(6)) as unknown).not.toThrow()
      }
      expect(settled[0]?.outcome.ended).toBe('upstream_failed')
    }
  })

  it('by silence is cut after the idle time, and its upstream called off', async () => {
    const { clock, tap, stream, settled, calls } = await meteredStream({ body: WITH_USAGE })
    tap.push(piece('some words'))
    const draining = drainBytes(stream)
    await clock.advance(4_999)
    expect(settled).toHaveLength(0)
    await clock.advance(1)
    const text = new TextDecoder().decode(await draining)
    expect(text).toContain('"code":"UpstreamTimeout"')
    expect(text).toMatch(isError)
    expect([calls[0]?.signal.aborted, settled.length, clock.pending]).toEqual([true, 1, 0])
  })

  it('by the loss of its hold is cut at once and settled as fenced', async () => {
    const { clock, lost, tap, stream, settled, calls } = await meteredStream({ body: WITH_USAGE })
    tap.push(piece('some words'))
    const draining = drainBytes(stream)
    await clock.advance(0)
    lost.abort()
    const text = new TextDecoder().decode(await draining)
    expect(text).toContain('"code":"StoreUnavailable"')
    expect(text).toMatch(isError)
    expect(settled).toMatchObject([{ outcome: { ended: 'fenced' } }])
    expect(calls[0]?.signal.aborted).toBe(true)
  })

  it('after all was said is whole: only the connection did not end well', async () => {
    const { clock, tap, stream, settled } = await meteredStream({ body: WITH_USAGE })
    tap.push(piece('a') + stop() + usageChunk(10, 2))
    const draining = drainBytes(stream)
    await clock.advance(0)
    tap.fail()
    expect(new TextDecoder().decode(await draining)).not.toContain('"error"')
    expect(settled).toMatchObject([{ charge: CHARGE, outcome: { ended: 'completed' } }])
  })

  it("by the upstream's own error event passes that on, without what is the platform's", async () => {
    const { text, settled } = await run(
      piece('some words') + errorFrame('overloaded, see https://status.test of org-abcd1234'),
    )
    expect(text).toContain('"message":"overloaded, see [removed] of [removed]"')
    expect(text).toContain('"code":"server_is_overloaded"')
    expect(text.match(/"error":/g)).toHaveLength(1)
    expect(settled[0]?.outcome.ended).toBe('upstream_failed')
    const bare = await run(piece('a') + errorFrame('overloaded'))
    expect(withoutNotes(bare.text)).toBe(piece('a') + errorFrame('overloaded'))
  })

  it('before anything was generated costs nothing', async () => {
    const { settled } = await run(errorFrame('overloaded'))
    expect(settled).toMatchObject([{ charge: { nanoUsd: 0 }, outcome: { provenance: 'none' } }])
  })

  it('by a fault of ours errors the stream, charges the input, and calls off the upstream', async () => {
    const { tap, stream, settled } = await meteredStream({ body: WITH_USAGE, faulty: true })
    tap.push(piece('some words'))
    await expect(drainBytes(stream)).rejects.toThrow('a fault of the reader')
    expect(settled).toMatchObject([
      { charge: { inputTokens: 20, outputTokens: 0 }, outcome: { ended: 'upstream_failed' } },
    ])
    expect(tap.cancelled).toBe(true)
  })
})

describe('a client that is slow', () => {
  it('slows the upstream: no more than two chunks are read ahead of it', async () => {
    const frames = Array.from({ length: 200 }, (_, n) => bytesOf(piece(`piece ${n} `)))
    const source = lazyBody(frames)
    const { stream, clock } = await meteredStream({ body: WITH_USAGE, stream: source.stream })
    const reader = stream.getReader()
    for (let read = 1; read <= 20; read += 1) {
      await reader.read()
      await clock.advance(0)
      expect(source.taken()).toBeLessThanOrEqual(read + 2)
    }
    await reader.cancel()
  })

  it('is not taken for an upstream that is silent', async () => {
    const source = lazyBody([bytesOf(piece('a')), bytesOf(wholeStream(['b'], 10, 2))])
    const metered = await meteredStream({ body: WITH_USAGE, stream: source.stream })
    const reader = metered.stream.getReader()
    await reader.read()
    await metered.clock.advance(3_600_000)
    expect(metered.calls[0]?.signal.aborted).toBe(false)
    expect((await reader.read()).done).toBe(false)
    expect((await reader.read()).done).toBe(true)
    expect(metered.settled).toMatchObject([{ outcome: { ended: 'completed' } }])
  })
})

describe('the checkpoint', () => {
  it('is at every moment the charge for what has been seen', async () => {
    const clock = new FakeClock()
    const { tap, stream, checkpoint } = await meteredStream({ body: WITH_USAGE, clock })
    const reader = stream.getReader()
    await reader.read()
    expect(checkpoint()).toMatchObject({ inputTokens: 20, outputTokens: 0 })
    tap.push(piece('some words'))
    await reader.read()
    expect(checkpoint()).toMatchObject({ inputTokens: 20, outputTokens: 2 })
    tap.push(stop() + usageChunk(10, 2))
    await reader.read()
    expect(checkpoint()).toEqual(CHARGE)
    await reader.cancel()
  })
})
