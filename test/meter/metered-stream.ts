// An event stream as the meter gets it: attempted with a scripted upstream, measured, its settlements kept.
import { type Charge, NO_CHARGE, type Outcome } from '../../src/ledger/entry.ts'
import { meter } from '../../src/meter/stage.ts'
import type { UsageNote } from '../../src/meter/note.ts'
import { openInbound } from '../../src/inbound.ts'
import { attempt } from '../../src/upstream/attempt.ts'
import type { LlmUpstreamConfig } from '../../src/config/gateway.ts'
import type { Call } from '../../src/upstream/route.ts'
import { ByteTap } from '../support/fakes/byte-tap.ts'
import { testCall, testUpstream } from '../support/fakes/call.ts'
import { FakeClock } from '../support/fakes/clock.ts'
import { MODEL } from '../support/fakes/openai-wire.ts'
import { eventStream, scriptedFetch, streaming } from '../support/fakes/scripted-fetch.ts'

type Needs = Parameters<ReturnType<typeof meter>['run']>[0]

export interface MeteredOptions {
  /** Members of the request's body. */
  readonly body?: object
  readonly asEvent?: boolean
  readonly onDisconnect?: LlmUpstreamConfig['on_disconnect']
  /** Instead of the tap. */
  readonly stream?: ReadableStream<Uint8Array>
  readonly clock?: FakeClock
  /** The adapter's reader throws. */
  readonly faulty?: boolean
}

const IDLE_MS = 5_000

export async function meteredStream(options: MeteredOptions) {
  const { clock = new FakeClock(), onDisconnect = 'cancel' } = options
  const tap = new ByteTap()
  const lost = new AbortController()
  const upstream = testUpstream({ on_disconnect: onDisconnect, timeouts: { idle_ms: IDLE_MS } })
  const messages = [{ role: 'user', content: 'hello' }]
  const body = { model: MODEL, messages, stream: true, ...options.body }
  const sound = testCall({ upstream, body })
  const call = options.faulty === true ? withFaultyReader(sound) : sound
  // The first bytes come before the stage runs; a comment means nothing to anybody.
  const { stream } = options
  const { fetch, calls } = scriptedFetch(
    stream === undefined ? streaming(tap.push(':\n\n')) : () => eventStream(stream),
  )
  const exchange = await attempt({
    fetch,
    clock,
    url: 'https://api.upstream.test/',
    method: 'POST',
    headers: {},
    body: null,
    timeouts: upstream.settings.timeouts,
    lost: lost.signal,
  })
  const settled: { charge: Charge; outcome: Outcome }[] = []
  let measure = (): Charge => NO_CHARGE
  const work: Promise<unknown>[] = []
  const headers: Record<string, string> =
    options.asEvent === true ? { 'tollgate-usage': 'event' } : {}
  const inbound = openInbound(new Request('http://gateway.test/v1/x', { headers }), {
    requestId: 'req_1',
    startedAtMs: clock.now(),
    clientIp: null,
    dialect: 'openai',
    maxBodyBytes: 1,
    waitUntil: (each) => void work.push(each),
  })
  const admission = {
    granted: 100,
    demands: [],
    checkpoint: (next: () => Charge) => {
      measure = next
    },
    // As the real one: asked twice, the first stands.
    settle: (charge: Charge, outcome: Outcome) => {
      if (settled.length === 0) settled.push({ charge, outcome })
    },
  }
  const have = { ...inbound, call, admission, exchange, bytesIn: 7 } as unknown as Needs
  const { response } = await meter({ clock }).run(have)
  if (response.body === null) throw new Error('an answer without a body')
  return {
    clock,
    tap,
    lost,
    calls,
    settled,
    work,
    response,
    stream: response.body as ReadableStream<Uint8Array>,
    checkpoint: () => measure(),
  }
}

function withFaultyReader(call: Call): Call {
  const reader = call.operation.openStream(call.body ?? {})
  const read = (frame: Parameters<typeof reader.read>[0]) => {
    if (frame.data !== null) throw new Error('a fault of the reader')
    return 'forward' as const
  }
  const openStream = () => ({
    read,
    finished: () => reader.finished(),
    measured: () => reader.measured(),
    outputText: () => reader.outputText(),
  })
  return { ...call, operation: { ...call.operation, openStream } }
}

const NOTE = /: tollgate-usage (\{.*\})\n\n/g

/** What the client was sent, less what the gateway has added: the notes and the first comment. */
export function withoutNotes(text: string): string {
  return text.replace(/^:\n\n/, '').replaceAll(NOTE, '')
}

export function notesIn(text: string): UsageNote[] {
  return [...text.matchAll(NOTE)].map(([, note = '']) => JSON.parse(note) as UsageNote)
}
