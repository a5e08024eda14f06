// A fetch that answers as it is told, keeps what it was sent, and heeds the signal as the real one does.
import type { Fetch } from '../../../src/upstream/attempt.ts'
import type { ByteTap } from './byte-tap.ts'

export interface SentCall {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string
  readonly bytes: number
  readonly redirect: string
  readonly signal: AbortSignal
}

export type Answer = (call: SentCall) => Response | Promise<Response>

export interface ScriptedFetch {
  readonly fetch: Fetch
  readonly calls: readonly SentCall[]
}

/** The nth call gets the nth answer, and the last answer all that follow. */
export function scriptedFetch(...answers: readonly Answer[]): ScriptedFetch {
  const calls: SentCall[] = []
  return {
    calls,
    async fetch(url, init) {
      const { signal, method = 'GET', redirect = 'follow' } = init
      if (!signal) throw new Error('sent without a signal')
      const bytes = init.body instanceof Uint8Array ? init.body : new Uint8Array()
      const headers = new Headers(init.headers)
      const body = new TextDecoder().decode(bytes)
      const call = { url, method, headers, body, bytes: bytes.length, redirect, signal }
      calls.push(call)
      signal.throwIfAborted()
      const answer = answers[Math.min(calls.length, answers.length) - 1]
      if (answer === undefined) throw new Error('no answer was scripted')
      return answer(call)
    },
  }
}

/** Never answers; rejects when it is called off. */
export const hang: Answer = ({ signal }) =>
  new Promise<Response>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('called off'))
    })
  })

/** No connection. */
export const refuseConnection: Answer = () => Promise.reject(new TypeError('connection refused'))

export function json(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return () => Response.json(body, { status, headers })
}

/** An event stream from a tap, which breaks when the call is called off. */
export function streaming(tap: ByteTap, headers: Readonly<Record<string, string>> = {}): Answer {
  return ({ signal }) => {
    signal.addEventListener('abort', () => {
      tap.fail(new Error('called off'))
    })
    return eventStream(tap.stream, headers)
  }
}

export function eventStream(
  stream: ReadableStream<Uint8Array>,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', ...headers },
  })
}
