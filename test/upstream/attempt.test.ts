import { describe, expect, it } from 'vitest'
import { attempt, type AttemptResult } from '../../src/upstream/attempt.ts'
import { ByteTap } from '../support/fakes/byte-tap.ts'
import { FakeClock, until, watch } from '../support/fakes/clock.ts'
import {
  type Answer,
  hang,
  json,
  refuseConnection,
  scriptedFetch,
  streaming,
} from '../support/fakes/scripted-fetch.ts'

const TIMEOUTS = { headers_ms: 10_000, first_byte_ms: 3_000, idle_ms: 1_000 }

function start(answer: Answer, stream = false) {
  const clock = new FakeClock()
  const lost = new AbortController()
  const { fetch, calls } = scriptedFetch(answer)
  const running = attempt({
    fetch,
    clock,
    url: 'https://api.upstream.test/v1/x',
    method: 'POST',
    headers: { a: 'b' },
    body: new TextEncoder().encode('{}'),
    stream,
    timeouts: TIMEOUTS,
    lost: lost.signal,
  })
  return { clock, lost, calls, running, watched: watch(running) }
}

const whole = (tap: ByteTap, status = 200, more: Readonly<Record<string, string>> = {}): Answer => {
  return ({ signal }) => {
    signal.addEventListener('abort', () => {
      tap.fail()
    })
    return new Response(tap.stream, {
      status,
      headers: { 'content-type': 'application/json', ...more },
    })
  }
}

async function expectFailed(started: ReturnType<typeof start>, part: string | null, why: string) {
  const result = await started.running
  if (result.kind !== 'failed') throw new Error(result.kind)
  const came = result.part === null ? null : new TextDecoder().decode(result.part)
  expect([result.why, came]).toEqual([why, part])
  expect(started.clock.pending).toBe(0)
}

describe('an attempt', () => {
  it('sends what it was given, and does not follow redirects', async () => {
    const { calls, running } = start(json({ ok: true }))
    await running
    expect(calls[0]).toMatchObject({
      url: 'https://api.upstream.test/v1/x',
      method: 'POST',
      body: '{}',
      redirect: 'manual',
    })
  })

  it('gives a whole reply with its bytes, and leaves no timer', async () => {
    const { clock, running } = start(json({ ok: true }))
    const result = await running
    if (result.kind !== 'reply') throw new Error(result.kind)
    expect(new TextDecoder().decode(result.bytes)).toBe('{"ok":true}')
    expect(clock.pending).toBe(0)
  })

  it('gives a whole reply with as many bytes as were told, though their end has not come', async () => {
    const tap = new ByteTap().push('{"ok":').push('true}')
    const { clock, running } = start(whole(tap, 200, { 'content-length': '11' }))
    expect(await running).toMatchObject({ kind: 'reply', bytes: { byteLength: 11 } })
    expect([clock.pending, tap.cancelled]).toEqual([0, false])
  })

  it('does not take the length of a coded reply for that of what it says', async () => {
    const tap = new ByteTap().push('{"ok":').push('true}').end()
    const headers = { 'content-length': '6', 'content-encoding': 'gzip' }
    const { running } = start(whole(tap, 200, headers))
    expect(await running).toMatchObject({ kind: 'reply', bytes: { byteLength: 11 } })
  })

  it('gives a stream as soon as its first bytes are there', async () => {
    const tap = new ByteTap().push('data: 1\n\n')
    const { clock, running } = start(streaming(tap))
    const result = await running
    if (result.kind !== 'stream') throw new Error(result.kind)
    expect(new TextDecoder().decode(result.first)).toBe('data: 1\n\n')
    // However long nobody reads, it is not the upstream that is late.
    await clock.advance(600_000)
    expect([result.source.cut, clock.pending]).toEqual([null, 0])
    tap.push('data: 2\n\n').end()
    expect(new TextDecoder().decode((await result.source.next(1_000)) ?? undefined)).toBe(
      'data: 2\n\n',
    )
    expect(await result.source.next(1_000)).toBeNull()
    expect(clock.pending).toBe(0)
  })

  it('judges by the answer, not by what was asked for', async () => {
    const typed = json({ ok: true }, 200, { 'content-type': 'text/event-streaming' })
    expect((await start(typed).running).kind).toBe('reply')
    expect((await start(json({ ok: true }), true).running).kind).toBe('reply')
    expect((await start(streaming(new ByteTap().push('data: 1'))).running).kind).toBe('stream')
  })

  it.each(['data: {}\n\n', 'event: x\n', ': ping\n\n', '\uFEFF\r\n\nid\n', 'retry:1\r'])(
    'that asked for events takes them under any type, however they are cut: %j',
    async (events) => {
      const bytes = new TextEncoder().encode(events)
      for (const pieces of [[bytes], Array.from(bytes, (byte) => Uint8Array.of(byte))]) {
        const tap = new ByteTap()
        for (const piece of pieces) tap.push(piece)
        const { clock, running } = start(whole(tap), true)
        const result = await running
        if (result.kind !== 'stream') throw new Error(result.kind)
        let got = [...result.first]
        while (got.length < bytes.length) got = [...got, ...((await result.source.next(1)) ?? [])]
        expect(got).toEqual([...bytes])
        await result.source.cancel()
        expect(clock.pending).toBe(0)
      }
    },
  )

  it.each(['', '{"data":1}', 'database\n', 'dat', '<html>', ' data: 1\n', '(\xb5\x2f\xfd\x04'])(
    'that asked for events takes all else whole, whatever its type says: %j',
    async (text) => {
      for (const type of text === '' ? ['text/plain'] : ['text/plain', 'text/event-stream']) {
        const tap = new ByteTap().push(text).end()
        const { clock, running } = start(whole(tap, 200, { 'content-type': type }), true)
        const result = await running
        if (result.kind !== 'reply') throw new Error(result.kind)
        expect(new TextDecoder().decode(result.bytes)).toBe(text)
        expect(clock.pending).toBe(0)
      }
    },
  )

  it.each([301, 302, 307, 400, 401, 404, 429, 500, 503, 529])(
    'takes %i for a refusal, with the JSON of its body',
    async (status) => {
      const { clock, running } = start(
        json({ error: { message: 'no' } }, status, { location: 'http://169.254.169.254/' }),
      )
      expect(await running).toMatchObject({
        kind: 'refused',
        status,
        body: { error: { message: 'no' } },
      })
      expect(clock.pending).toBe(0)
    },
  )

  it('takes a refusal without JSON for one without a body', async () => {
    const { running } = start(() => new Response('<html>busy</html>', { status: 503 }))
    expect(await running).toMatchObject({ kind: 'refused', status: 503, body: null })
    const empty = start(() => new Response(null, { status: 502 }))
    expect(await empty.running).toMatchObject({ kind: 'refused', status: 502, body: null })
    expect(empty.clock.pending).toBe(0)
  })

  it('waits 5 s in all for the text of a refusal that dribbles', async () => {
    const tap = new ByteTap().push('{"error"')
    const { clock, watched } = start(whole(tap, 500))
    await clock.advance(0)
    for (let second = 0; second < 4; second += 1) {
      tap.push(' ')
      await clock.advance(1_000)
    }
    expect(watched.fate.state).toBe('pending')
    await clock.advance(1_000)
    expect(watched.fate).toMatchObject({ state: 'kept', value: { kind: 'refused', status: 500 } })
    expect([tap.cancelled, clock.pending]).toEqual([true, 0])
  })
})

describe('an attempt that fails', () => {
  it('without a connection has begun nothing', async () => {
    await expectFailed(start(refuseConnection), null, 'network')
  })

  it('for want of headers is cut after their time, and the upstream told', async () => {
    const started = start(hang)
    await started.clock.advance(9_999)
    expect(started.watched.fate.state).toBe('pending')
    await started.clock.advance(1)
    await expectFailed(started, null, 'timeout')
    expect(started.calls[0]?.signal.aborted).toBe(true)
  })

  it('for want of a first byte is cut after that time', async () => {
    for (const answer of [streaming(new ByteTap()), whole(new ByteTap())]) {
      const started = start(answer)
      await started.clock.advance(2_999)
      expect(started.watched.fate.state).toBe('pending')
      await started.clock.advance(1)
      await expectFailed(started, null, 'timeout')
      expect(started.calls[0]?.signal.aborted).toBe(true)
    }
  })

  it('in the midst of a whole reply gives what came of it', async () => {
    const silent = start(whole(new ByteTap().push('{')))
    await silent.clock.advance(1_000)
    await expectFailed(silent, '{', 'timeout')
    const broken = new ByteTap().push('{')
    const started = start(whole(broken))
    await started.clock.advance(0)
    broken.fail()
    await expectFailed(started, '{', 'network')
  })

  it('by a stream that ends before it has begun', async () => {
    await expectFailed(start(streaming(new ByteTap().end())), null, 'network')
  })

  it('when the hold is lost is cut at once', async () => {
    const started = start(hang)
    await until(() => started.calls.length === 1)
    started.lost.abort()
    await expectFailed(started, null, 'hold_lost')
    expect(started.calls[0]?.signal.aborted).toBe(true)
  })

  it('asks the upstream nothing for a hold that is lost already', async () => {
    const { fetch, calls } = scriptedFetch(json({}))
    const clock = new FakeClock()
    const result: AttemptResult = await attempt({
      fetch,
      clock,
      url: 'https://api.upstream.test/',
      method: 'POST',
      headers: {},
      body: null,
      timeouts: TIMEOUTS,
      lost: AbortSignal.abort(),
    })
    expect(result).toMatchObject({ kind: 'failed', why: 'hold_lost' })
    expect([calls.length, clock.pending]).toEqual([0, 0])
  })

  it('by a reply beyond 32 MB is stopped there', async () => {
    const block = new Uint8Array(1024 * 1024)
    let sent = 0
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        controller.enqueue(block)
      },
      cancel() {
        cancelled = true
      },
    })
    const started = start(() => new Response(endless))
    await expectFailed(started, '\0'.repeat(32 * block.length), 'network')
    expect(cancelled).toBe(true)
    expect(sent).toBeLessThanOrEqual(34)
  })
})

describe('the rest of a stream', () => {
  async function streamOf(tap: ByteTap) {
    const started = start(streaming(tap.push(': first')))
    const result = await started.running
    if (result.kind !== 'stream') throw new Error(result.kind)
    return { ...started, source: result.source }
  }

  it('that breaks off leaves no timer and is given up', async () => {
    const tap = new ByteTap()
    const { clock, source } = await streamOf(tap)
    const next = watch(source.next(1_000))
    tap.fail()
    await clock.advance(0)
    expect([next.fate.state, source.cut, clock.pending]).toEqual(['broken', null, 0])
  })

  it('that falls silent is cut, and its upstream told', async () => {
    const { clock, calls, source } = await streamOf(new ByteTap())
    const next = watch(source.next(1_000))
    await clock.advance(1_000)
    expect([next.fate.state, source.cut, clock.pending]).toEqual(['broken', 'timeout', 0])
    expect(calls[0]?.signal.aborted).toBe(true)
  })

  it('is cut by the loss of the hold also while nobody reads', async () => {
    const { lost, calls, source } = await streamOf(new ByteTap())
    lost.abort()
    expect([source.cut, calls[0]?.signal.aborted]).toEqual(['hold_lost', true])
  })

  it('is stopped by whoever has had enough', async () => {
    const tap = new ByteTap()
    const { clock, source } = await streamOf(tap)
    await source.cancel()
    expect([tap.cancelled, clock.pending]).toEqual([true, 0])
  })
})
