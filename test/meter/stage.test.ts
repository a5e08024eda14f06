import { describe, expect, it } from 'vitest'
import { openInbound } from '../../src/inbound.ts'
import { type Charge, NO_CHARGE, type Outcome } from '../../src/ledger/entry.ts'
import { meter } from '../../src/meter/stage.ts'
import type { MeterReading } from '../../src/account/answers.ts'
import { parseReply } from '../../src/upstream/attempt.ts'
import type { Exchange } from '../../src/upstream/forward.ts'
import { type CallChanges, testCall, testUpstream } from '../support/fakes/call.ts'
import { FakeClock } from '../support/fakes/clock.ts'
import { reply } from '../support/fakes/openai-wire.ts'
import { usdPerDay } from '../store/commands.ts'

type Needs = Parameters<ReturnType<typeof meter>['run']>[0]

const READING: MeterReading = {
  id: 'usd_per_day',
  kind: 'budget',
  limit: 1_000_000,
  used: 0,
  held: 6_100,
  resetsAtMs: null,
}

function whole(body: unknown, status = 200, headers: Record<string, string> = {}): Exchange {
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
  const type = { 'content-type': 'application/json', ...headers }
  const response = new Response(null, { status, headers: type })
  return { kind: 'reply', response, bytes, body: parseReply(bytes) }
}

async function run(exchange: Exchange, changes: CallChanges = {}, measureFails = false) {
  const clock = new FakeClock()
  const settled: { charge: Charge; outcome: Outcome }[] = []
  const inbound = openInbound(new Request('http://gateway.test/v1/x'), {
    requestId: 'req_1',
    startedAtMs: clock.now() - 250,
    clientIp: null,
    dialect: 'openai',
    maxBodyBytes: 1,
    waitUntil: () => undefined,
  })
  inbound.told.meters = [READING]
  const sound = testCall({ body: { model: 'gpt-4o-mini' }, ...changes })
  const broken = () => {
    throw new Error('a fault of the adapter')
  }
  const operation = measureFails ? { ...sound.operation, measure: broken } : sound.operation
  const admission = {
    granted: 10,
    demands: [usdPerDay(1_000_000, 100, 600)],
    checkpoint: () => undefined,
    settle: (charge: Charge, outcome: Outcome) => void settled.push({ charge, outcome }),
  }
  const call = { ...sound, operation }
  const have = { ...inbound, call, admission, exchange, bytesIn: 77 } as unknown as Needs
  const answered = await meter({ clock })
    .run(have)
    .catch((error: unknown) => error as Error)
  return { answered, settled, told: inbound.told }
}

async function responseTo(...args: Parameters<typeof run>) {
  const { answered, ...rest } = await run(...args)
  if (answered instanceof Error) throw answered
  return { response: answered.response, ...rest }
}

describe('a whole reply', () => {
  it('goes to the client byte for byte, with its usage and without headers of the account', async () => {
    const text =
      '{ "model": "gpt-4o-mini",\n "usage": {"prompt_tokens": 10, "completion_tokens": 5}}'
    const exchange = whole(text, 200, { 'set-cookie': 'a=b', 'openai-organization': 'org-1' })
    const { response } = await responseTo(exchange)
    expect(await response.text()).toBe(text)
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json',
      'tollgate-usage': JSON.stringify({
        input_tokens: 10,
        output_tokens: 5,
        total_tokens: 15,
        cost_usd: '0.0000045',
        source: 'provider',
        remaining: { usd_per_day: '0.0009955' },
      }),
    })
  })

  it('goes by the type of what it is, which SDKs read it by', async () => {
    const { response } = await responseTo(
      whole(reply('hi', 10, 5), 200, { 'content-type': 'text/event-stream' }),
    )
    expect(response.headers.get('content-type')).toBe('application/json')
  })

  it('is settled once, with what is known of it', async () => {
    const { settled, told } = await responseTo(whole(reply('hi', 10, 5), 201))
    expect(settled).toEqual([
      {
        charge: { inputTokens: 10, outputTokens: 5, nanoUsd: 4_500 },
        outcome: {
          provenance: 'provider',
          status: 201,
          ended: 'completed',
          modelServed: 'gpt-4o-mini',
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          reasoningTokens: 0,
          latencyMs: 250,
          bytesIn: 77,
          bytesOut: JSON.stringify(reply('hi', 10, 5)).length,
        },
      },
    ])
    expect(told.meters).toEqual([{ ...READING, used: 4_500, held: 0 }])
  })

  it.each(['', 'not json', '[]', 'null', '{}', '{"usage":null}'])(
    'that tells nothing is estimated, never free: %j',
    async (body) => {
      const { settled } = await responseTo(whole(body))
      expect(settled).toMatchObject([
        { charge: { inputTokens: 20, nanoUsd: 3_000 }, outcome: { provenance: 'estimated' } },
      ])
    },
  )

  it('without a body is answered so', async () => {
    for (const status of [204, 205]) {
      const { response, settled } = await responseTo(whole('', status))
      expect([response.status, await response.text()]).toEqual([status, ''])
      expect(settled).toHaveLength(1)
    }
  })

  it('of a free operation is neither measured nor charged', async () => {
    const upstream = testUpstream({ kind: 'anthropic' })
    const { response, settled } = await responseTo(whole({ input_tokens: 99 }), {
      upstream,
      operation: 'messages.count_tokens',
      model: 'claude-haiku-4-5',
    })
    expect(await response.json()).toEqual({ input_tokens: 99 })
    expect(response.headers.get('tollgate-usage')).toBeNull()
    expect(settled).toMatchObject([{ charge: NO_CHARGE, outcome: { provenance: 'none' } }])
  })

  it('that a fault of ours keeps from being measured is charged its input, not nothing', async () => {
    const { answered, settled } = await run(whole(reply('hi', 10, 5)), {}, true)
    expect(answered).toMatchObject({ message: 'a fault of the adapter' })
    expect(settled).toMatchObject([{ charge: { inputTokens: 20, nanoUsd: 3_000 } }])
  })
})

describe('an answer of the gateway itself', () => {
  it('costs nothing', async () => {
    const local: Exchange = { kind: 'local', body: { data: [] } }
    const { response, settled } = await responseTo(local, { operation: 'models.list' })
    expect(await response.json()).toEqual({ data: [] })
    expect(settled).toMatchObject([
      { charge: NO_CHARGE, outcome: { ended: 'completed', status: 200 } },
    ])
  })
})
