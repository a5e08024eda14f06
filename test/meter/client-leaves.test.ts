import { describe, expect, it } from 'vitest'
import { DONE, piece, stop, usageChunk, wholeStream } from '../support/fakes/openai-wire.ts'
import { type MeteredOptions, meteredStream } from './metered-stream.ts'

const CHARGE = { inputTokens: 10, outputTokens: 2, nanoUsd: 10 * 150 + 2 * 600 }

/** A stream of which the client has read a piece, with a further read under way. */
async function begun(options: MeteredOptions) {
  const metered = await meteredStream(options)
  metered.tap.push(piece('some words'))
  const reader = metered.stream.getReader()
  await reader.read()
  await reader.read()
  await metered.clock.advance(0)
  return { ...metered, reader }
}

describe('a client that leaves mid-answer', () => {
  it('has its upstream cancelled, and pays at once for what was seen', async () => {
    const { clock, tap, reader, settled } = await begun({})
    await reader.cancel()
    expect(settled).toMatchObject([
      {
        charge: { inputTokens: 20, outputTokens: 2 },
        outcome: { ended: 'client_left', provenance: 'estimated' },
      },
    ])
    expect(settled[0]?.charge.nanoUsd).toBeGreaterThan(0)
    expect(tap.cancelled).toBe(true)
    await clock.advance(60_000)
    expect([settled.length, clock.pending]).toEqual([1, 0])
  })

  it('before it has read anything pays for the input', async () => {
    const { stream, settled, tap } = await meteredStream({})
    await stream.cancel()
    expect(settled).toMatchObject([{ charge: { inputTokens: 20, outputTokens: 0 } }])
    expect([settled[0]?.outcome.ended, tap.cancelled]).toEqual(['client_left', true])
  })

  it('once the model has finished pays what the upstream tells a moment later', async () => {
    const { tap, reader, settled, work } = await begun({})
    tap.push(stop())
    await reader.read()
    await reader.cancel()
    expect([settled.length, tap.cancelled]).toEqual([0, false])
    // Of hidden reasoning nothing but this is ever seen.
    tap.push(usageChunk(10, 5_000) + DONE).end()
    await Promise.all(work)
    expect(settled).toMatchObject([
      {
        charge: { inputTokens: 10, outputTokens: 5_000 },
        outcome: { ended: 'client_left', provenance: 'provider' },
      },
    ])
  })

  it('and whose upstream then tells no usage pays for what was seen, after 2 s', async () => {
    const { clock, tap, reader, settled, work } = await begun({})
    tap.push(stop())
    await reader.read()
    await reader.cancel()
    await clock.advance(1_999)
    expect([settled.length, tap.cancelled]).toEqual([0, false])
    await clock.advance(1)
    await Promise.all(work)
    expect(settled).toMatchObject([
      { charge: { inputTokens: 20, outputTokens: 2 }, outcome: { ended: 'client_left' } },
    ])
    expect([tap.cancelled, clock.pending]).toEqual([true, 0])
  })

  it('after the end mark has had the whole answer', async () => {
    const { tap, reader, settled } = await begun({})
    tap.push(stop() + usageChunk(10, 2) + DONE)
    await reader.read()
    await reader.cancel()
    expect(settled).toMatchObject([{ charge: CHARGE, outcome: { ended: 'completed' } }])
  })
})

describe('an upstream that is drained when its client leaves', () => {
  const drain = { onDisconnect: 'drain' } as const

  it('is read to its end, for the exact usage', async () => {
    const { clock, tap, reader, settled, work } = await begun(drain)
    await reader.cancel()
    expect([settled.length, work.length, tap.cancelled]).toEqual([0, 1, false])
    // Several frames in one chunk, which a pull that was under way at the cancellation gets.
    tap.push(piece('more') + stop() + usageChunk(10, 2) + DONE).end()
    await Promise.all(work)
    expect(settled).toMatchObject([
      { charge: CHARGE, outcome: { ended: 'client_left', provenance: 'provider' } },
    ])
    expect(clock.pending).toBe(0)
  })

  it('is read chunk by chunk, none lost and none read twice', async () => {
    const { clock, tap, reader, settled, work } = await begun(drain)
    await reader.cancel()
    const rest = piece('more') + stop() + usageChunk(10, 2) + DONE
    for (const byte of new TextEncoder().encode(rest)) {
      tap.push(Uint8Array.of(byte))
      if (byte === 10) await clock.advance(0)
    }
    tap.end()
    await Promise.all(work)
    expect(settled).toMatchObject([{ charge: CHARGE }])
  })

  it('is charged as far as it came when it breaks', async () => {
    const { clock, tap, reader, settled, work } = await begun(drain)
    await reader.cancel()
    tap.push(piece('further words'))
    await clock.advance(0)
    tap.fail()
    await Promise.all(work)
    expect(settled).toMatchObject([
      { charge: { inputTokens: 20, outputTokens: 4 }, outcome: { ended: 'client_left' } },
    ])
    expect(clock.pending).toBe(0)
  })

  it('is given up after 25 s', async () => {
    const { clock, tap, reader, settled, work } = await begun(drain)
    await reader.cancel()
    for (let second = 0; second < 25; second += 1) {
      expect([settled.length, tap.cancelled]).toEqual([0, false])
      tap.push(piece('word '))
      await clock.advance(1_000)
    }
    await Promise.all(work)
    expect(settled).toMatchObject([{ outcome: { ended: 'client_left' } }])
    expect([settled[0]?.charge.outputTokens, tap.cancelled, clock.pending]).toEqual([27, true, 0])
  })

  it('is cut when its hold is lost meanwhile', async () => {
    const { lost, reader, settled, work, calls, clock } = await begun(drain)
    await reader.cancel()
    lost.abort()
    await Promise.all(work)
    expect([calls[0]?.signal.aborted, settled.length, clock.pending]).toEqual([true, 1, 0])
  })

  it('is not read twice when it had ended before', async () => {
    const { stream, tap, settled, work } = await meteredStream(drain)
    tap.push(wholeStream(['a'], 10, 2)).end()
    const reader = stream.getReader()
    for (let done = false; !done;) ({ done } = await reader.read())
    await reader.cancel()
    expect([settled.length, work.length]).toEqual([1, 0])
    expect(settled[0]?.outcome.ended).toBe('completed')
  })
})
