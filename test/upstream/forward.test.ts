import { describe, expect, it } from 'vitest'
import type { Admission } from '../../src/admit/admission.ts'
import { openInbound } from '../../src/inbound.ts'
import { type Charge, NO_CHARGE, type Outcome } from '../../src/ledger/entry.ts'
import { forward } from '../../src/upstream/forward.ts'
import { type CallChanges, prices, testCall, testUpstream } from '../support/fakes/call.ts'
import { ByteTap } from '../support/fakes/byte-tap.ts'
import { FakeClock, START_MS, watch } from '../support/fakes/clock.ts'
import { INPUT_RATE, MODEL, OUTPUT_RATE, reply } from '../support/fakes/openai-wire.ts'
import {
  type Answer,
  hang,
  json,
  refuseConnection,
  scriptedFetch,
  streaming,
} from '../support/fakes/scripted-fetch.ts'
import { tenantConfig } from '../store/commands.ts'

type Needs = Parameters<ReturnType<typeof forward>['run']>[0]

interface Setting {
  readonly call?: CallChanges
  readonly mayExtend?: boolean | Error
  readonly systemPrompt?: string | null
  readonly headers?: Record<string, string>
}

function start(
  answers: readonly Answer[],
  { call = {}, mayExtend = true, systemPrompt = null, headers = {} }: Setting = {},
) {
  const clock = new FakeClock()
  const { fetch, calls } = scriptedFetch(...answers)
  const lost = new AbortController()
  const settled: { charge: Charge; outcome: Outcome }[] = []
  const extended: number[] = []
  const admission: Admission = {
    granted: 33,
    demands: [],
    lost: lost.signal,
    checkpoint: () => undefined,
    extend(attempt) {
      extended.push(attempt)
      return mayExtend instanceof Error ? Promise.reject(mayExtend) : Promise.resolve(mayExtend)
    },
    settle(charge, outcome) {
      settled.push({ charge, outcome })
      return Promise.resolve()
    },
  }
  const body = { model: MODEL, messages: [{ role: 'user', content: 'grüße' }] }
  const inbound = openInbound(new Request('http://gateway.test/v1/x', { headers }), {
    requestId: 'req_1',
    startedAtMs: START_MS,
    clientIp: null,
    dialect: 'openai',
    maxBodyBytes: 1,
    waitUntil: () => undefined,
  })
  const have = {
    ...inbound,
    call: testCall({ body, ...call }),
    known: { config: tenantConfig('acme') },
    permit: { outputTokens: 33, usd: { base: 0, unit: 0 }, systemPrompt },
    admission,
  } as unknown as Needs
  const stage = forward({ fetch, clock, upstreams: [testUpstream()], ...prices })
  const running = stage.run(have)
  const outcome = running.then(
    ({ exchange }) => exchange.kind,
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )
  return { clock, calls, lost, settled, extended, running, outcome, told: inbound.told }
}

const ok = json(reply('hi', 10, 5))
const HTML = { 'content-type': 'text/html' }
const busy = (headers: Record<string, string> = {}) => json({ error: {} }, 503, headers)

describe('forwarding', () => {
  it('sends what was decided: the model and the granted cap, and counts the bytes', async () => {
    const { calls, running, settled, told } = start([ok])
    const { exchange, bytesIn } = await running
    expect(exchange.kind).toBe('reply')
    expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({
      model: MODEL,
      max_completion_tokens: 33,
    })
    // Two letters of the text take two bytes each.
    expect(bytesIn).toBe(Buffer.byteLength(calls[0]?.body ?? ''))
    expect(bytesIn).toBe(calls[0]?.bytes)
    expect(bytesIn).toBe((calls[0]?.body.length ?? 0) + 2)
    expect([settled.length, told.upstreamMs]).toEqual([0, 0])
  })

  it("sends the tenant's instructions before all that the client says", async () => {
    const { calls, running } = start([ok], { systemPrompt: 'be brief' })
    await running
    expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: 'grüße' },
      ],
    })
  })

  it('answers the list of models itself', async () => {
    const { calls, outcome } = start([ok], { call: { operation: 'models.list' } })
    expect([await outcome, calls.length]).toEqual(['local', 0])
  })

  it('to an upstream without a credential refuses, sends nothing, and gives back the hold', async () => {
    const keyless = { call: { upstream: testUpstream({ key: null }) } }
    const { calls, outcome, settled } = start([ok], keyless)
    expect([await outcome, calls.length]).toEqual(['Misconfigured', 0])
    expect(settled.map(({ charge }) => charge)).toEqual([NO_CHARGE])
  })
})

describe('an error that comes with a status of success', () => {
  const error = { message: 'overloaded, sk-proj-abcdef', type: 'server_error' }

  it('is told as a failure in our words, and costs nothing, when nothing was made', async () => {
    const { calls, outcome, running, settled } = start([json({ error })])
    expect([await outcome, calls.length]).toEqual(['UpstreamFailed', 1])
    await expect(running).rejects.toMatchObject({ detail: 'The upstream failed (200).' })
    expect(settled).toMatchObject([
      { charge: NO_CHARGE, outcome: { ended: 'upstream_failed', status: 502 } },
    ])
  })

  it.each([
    ['an answer', { ...reply('hi', 10, 5), usage: null, error }],
    ['usage', { usage: { prompt_tokens: 10, completion_tokens: 5 }, error }],
    ['no error after all', { error: null }],
  ])('is a reply like any other with %s', async (_, body) => {
    const { outcome, settled } = start([json(body)])
    expect([await outcome, settled]).toEqual(['reply', []])
  })
})

describe('an answer in a form that cannot be measured', () => {
  const page: Answer = () => new Response('<html>hi</html>', { headers: HTML })

  it.each<[string, Answer]>([
    ['HTML', page],
    ['nothing', () => new Response('')],
    ['events that were not asked for', () => new Response('data: {"choices":[]}\n\n')],
    ['a coding that was not asked for', () => new Response(Uint8Array.of(40, 181, 47, 253, 4, 0))],
    ['JSON lines', () => new Response('{"a":1}\n{"a":2}\n')],
    ['JSON that is no object', json(['free words'])],
  ])('is not passed on, and its input is charged: %s', async (_, answer) => {
    const { outcome, running, settled, calls, extended } = start([answer, ok])
    expect([await outcome, calls.length, extended]).toEqual(['UpstreamFailed', 1, []])
    await expect(running).rejects.toMatchObject({
      detail: 'The upstream answered in a form that is not metered.',
      members: { retryable: false },
    })
    expect(settled[0]).toMatchObject({
      charge: { inputTokens: 20, outputTokens: 0, nanoUsd: 20 * INPUT_RATE },
      outcome: { provenance: 'estimated', ended: 'upstream_failed', status: 502 },
    })
  })

  it('is charged what can be read of it when it only lacks its end', async () => {
    const cut: Answer = () => new Response('{"choices":[{"message":{"content":"some words')
    const { outcome, settled } = start([cut, ok])
    expect(await outcome).toBe('UpstreamFailed')
    expect(settled[0]).toMatchObject({ charge: { inputTokens: 20, outputTokens: 2 } })
  })

  it('is passed on where its output costs nothing', async () => {
    const call = { operation: 'embeddings', model: 'text-embedding-3-small' }
    expect(await start([page], { call }).outcome).toBe('reply')
  })
})

describe('events under another type', () => {
  it('are a stream where a stream was asked for', async () => {
    const plain: Answer = () => new Response('data: 1\n\n', { headers: HTML })
    expect(await start([plain], { call: { ask: { stream: true } } }).outcome).toBe('stream')
  })
})

describe('another attempt', () => {
  it('is made after an HTTP error, without an extension, as that was certainly not billed', async () => {
    const { clock, calls, outcome, extended, settled, told } = start([busy(), busy(), ok])
    await clock.advance(249)
    expect(calls).toHaveLength(1)
    await clock.advance(1)
    expect(calls).toHaveLength(2)
    await clock.advance(500)
    expect(await outcome).toBe('reply')
    expect([calls.length, extended, settled]).toEqual([3, [], []])
    expect(told.upstreamMs).toBe(750)
  })

  it('sends the same bytes', async () => {
    const { clock, calls, outcome } = start([busy(), ok])
    await clock.advance(1_000)
    await outcome
    expect(calls[1]?.body).toBe(calls[0]?.body)
  })

  it('after a broken connection is made on an extended hold only', async () => {
    const { clock, calls, outcome, extended } = start([refuseConnection, refuseConnection, ok])
    await clock.advance(1_000)
    expect([await outcome, extended, calls.length]).toEqual(['reply', [2, 3], 3])
  })

  it('is not made when the extension is refused, or its outcome unknown', async () => {
    for (const mayExtend of [false, new Error('down')]) {
      const { clock, calls, outcome, settled } = start([refuseConnection, ok], { mayExtend })
      await clock.advance(5_000)
      expect(await outcome).not.toBe('reply')
      expect(calls).toHaveLength(1)
      expect(settled.map(({ charge }) => charge)).toEqual([NO_CHARGE])
    }
  })

  it.each([400, 401, 403, 404, 413, 422])('is not made after a %i', async (status) => {
    const { clock, calls, outcome, settled } = start([json({}, status), ok])
    await clock.advance(5_000)
    await outcome
    expect(calls).toHaveLength(1)
    expect(settled.map(({ charge }) => charge)).toEqual([NO_CHARGE])
  })

  it('is not made after a time-out: the upstream may still be at work', async () => {
    const timeouts = { headers_ms: 1_000 }
    const call = { upstream: testUpstream({ timeouts }) }
    const { clock, calls, outcome, settled } = start([hang, ok], { call })
    await clock.advance(60_000)
    expect([await outcome, calls.length]).toEqual(['UpstreamTimeout', 1])
    expect(settled.map(({ charge }) => charge)).toEqual([NO_CHARGE])
  })

  it('is never made once a reply has begun; what came of it is charged', async () => {
    const text = 'all that it had said until then'
    const tap = new ByteTap().push(JSON.stringify(reply(text, 10, 5)).split(' until')[0] ?? '')
    const begun: Answer = () => new Response(tap.stream)
    const { clock, calls, outcome, settled, extended } = start([begun, ok])
    await clock.advance(0)
    tap.fail()
    await clock.advance(5_000)
    expect([await outcome, calls.length, extended]).toEqual(['UpstreamFailed', 1, []])
    // Asked twice, the first stands: see the admission.
    expect(settled[0]).toMatchObject({
      charge: { inputTokens: 20, outputTokens: 5, nanoUsd: 20 * INPUT_RATE + 5 * OUTPUT_RATE },
      outcome: {
        provenance: 'estimated',
        ended: 'upstream_failed',
        status: 502,
        modelServed: MODEL,
      },
    })
  })

  it('is not made after a reply that was cut by the clock; what it told is charged', async () => {
    const tap = new ByteTap().push(
      '{"usage":{"prompt_tokens":12,"completion_tokens":3},"choices":[',
    )
    const upstream = testUpstream({ timeouts: { idle_ms: 1_000 } })
    const slow: Answer = () => new Response(tap.stream)
    const { clock, calls, outcome, settled } = start([slow, ok], { call: { upstream } })
    await clock.advance(5_000)
    expect([await outcome, calls.length]).toEqual(['UpstreamTimeout', 1])
    expect(settled[0]).toMatchObject({
      charge: { inputTokens: 12, outputTokens: 3 },
      outcome: { provenance: 'partial', ended: 'upstream_failed', status: 504 },
    })
  })

  it('is not made once a stream has begun, however that goes on', async () => {
    const tap = new ByteTap().push('data: 1\n\n')
    const { clock, calls, outcome } = start([streaming(tap), ok])
    expect(await outcome).toBe('stream')
    tap.fail()
    await clock.advance(5_000)
    expect(calls).toHaveLength(1)
  })

  it('waits as long as the upstream asks, unless that is too long to keep a caller', async () => {
    const soon = start([busy({ 'retry-after': '2' }), ok])
    await soon.clock.advance(1_999)
    expect(soon.calls).toHaveLength(1)
    await soon.clock.advance(1)
    expect(await soon.outcome).toBe('reply')
    const late = start([busy({ 'retry-after': '3' }), ok])
    expect([await late.outcome, late.calls.length]).toEqual(['UpstreamOverloaded', 1])
  })

  it('is made no more often than the upstream is configured for', async () => {
    for (const retries of [0, 1, 4]) {
      const upstream = testUpstream({ retries })
      const { clock, calls, outcome } = start([busy()], { call: { upstream } })
      await clock.advance(60_000)
      expect([await outcome, calls.length]).toEqual(['UpstreamOverloaded', retries + 1])
    }
  })

  it("is not made for a request that is itself an SDK's retry", async () => {
    const headers = { 'x-stainless-retry-count': '1' }
    const { outcome, calls } = start([busy(), ok], { headers })
    expect(await outcome).toBe('UpstreamOverloaded')
    expect(calls).toHaveLength(1)
  })

  it('is not made when the hold was lost while waiting for it', async () => {
    const { clock, calls, lost, outcome } = start([busy(), ok])
    await clock.advance(100)
    lost.abort()
    await clock.advance(1_000)
    expect([await outcome, calls.length]).toEqual(['StoreUnavailable', 1])
  })
})

describe('an upstream call that is cut by the loss of its hold', () => {
  it('is called off at once and told as a failure of the store', async () => {
    const { clock, calls, lost, running, settled } = start([hang])
    await clock.advance(0)
    const watched = watch(running)
    lost.abort()
    await clock.advance(0)
    expect(watched.fate).toMatchObject({ state: 'broken', error: { code: 'StoreUnavailable' } })
    expect(calls[0]?.signal.aborted).toBe(true)
    expect([settled.length, clock.pending]).toEqual([1, 0])
  })
})
