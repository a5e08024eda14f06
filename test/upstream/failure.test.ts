import { describe, expect, it } from 'vitest'
import { statusOf } from '../../src/problem/problem.ts'
import type { Json } from '../../src/upstream/json.ts'
import { cleanErrorData, failureProblem, waitAsked } from '../../src/upstream/failure.ts'
import { testUpstream, UPSTREAM_KEY } from '../support/fakes/call.ts'

const upstream = testUpstream()

function refused(status: number, body: Json = null, headers: Record<string, string> = {}) {
  return failureProblem(upstream, {
    kind: 'refused',
    status,
    headers: new Headers(headers),
    body,
  })
}
const said = (message: string) => refused(400, { error: { message } }).detail

describe('an error of the upstream', () => {
  const table: [upstream: number, code: string, own: number][] = [
    [301, 'UpstreamFailed', 502],
    [302, 'UpstreamFailed', 502],
    [400, 'InvalidBody', 400],
    [401, 'UpstreamFailed', 502],
    [402, 'UpstreamFailed', 502],
    [403, 'UpstreamFailed', 502],
    [404, 'ModelNotFound', 404],
    [408, 'UpstreamTimeout', 504],
    [409, 'UpstreamFailed', 502],
    [413, 'BodyTooLarge', 413],
    [418, 'UpstreamFailed', 502],
    [422, 'InvalidMember', 422],
    [429, 'UpstreamOverloaded', 503],
    [500, 'UpstreamFailed', 502],
    [502, 'UpstreamFailed', 502],
    [503, 'UpstreamOverloaded', 503],
    [504, 'UpstreamTimeout', 504],
    [521, 'UpstreamFailed', 502],
    [529, 'UpstreamOverloaded', 503],
  ]
  it.each(table)('%i is told as %s, %i', (status, code, own) => {
    const problem = refused(status)
    expect([problem.code, statusOf(problem)]).toEqual([code, own])
  })

  it('never becomes a 401: it is our credential that was refused, not the caller', () => {
    for (let status = 300; status < 600; status += 1) {
      expect(statusOf(refused(status))).not.toBe(401)
      expect(statusOf(refused(status))).not.toBe(403)
    }
  })

  it('that waiting does not mend is told as final', () => {
    const outOfCredit = { error: { code: 'insufficient_quota', message: 'pay your bill' } }
    for (const problem of [refused(401), refused(402), refused(403), refused(429, outOfCredit)]) {
      expect(problem.code).toBe('UpstreamFailed')
      expect(problem.members.retryable).toBe(false)
      expect(problem.detail).toBe('The upstream refused the gateway.')
    }
  })

  it('of being overloaded passes on how long to wait, at most a minute', () => {
    const waitOf = (headers: Record<string, string>) =>
      refused(429, null, headers).members.retryAfterMs
    expect(waitOf({})).toBe(1_000)
    expect(waitOf({ 'retry-after': '7' })).toBe(7_000)
    expect(waitOf({ 'retry-after-ms': '250', 'retry-after': '7' })).toBe(250)
    expect(waitOf({ 'retry-after': '86400' })).toBe(60_000)
    expect(waitOf({ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' })).toBe(1_000)
    expect(waitOf({ 'retry-after': '-5' })).toBe(1_000)
    expect(waitOf({ 'retry-after': '' })).toBe(1_000)
    expect(waitAsked(new Headers({ 'retry-after-ms': 'Infinity', 'retry-after': '2' }))).toBe(2_000)
  })

  it('that asks to wait until a date is heeded, by the clock of its own `date`', () => {
    const date = 'Sat, 21 Nov 2026 10:00:00 GMT'
    const until = (second: number) => ({
      date,
      'retry-after': `Sat, 21 Nov 2026 10:00:${String(second)} GMT`,
    })
    expect(waitAsked(new Headers(until(30)))).toBe(30_000)
    expect(waitAsked(new Headers({ ...until(30), 'retry-after-ms': '' }))).toBe(30_000)
    expect(waitAsked(new Headers({ 'retry-after': until(30)['retry-after'] }))).toBeNull()
    expect(waitAsked(new Headers({ date, 'retry-after': date }))).toBeNull()
    const later = 'Sun, 22 Nov 2026 10:00:00 GMT'
    expect(waitAsked(new Headers({ date, 'retry-after': later }))).toBe(60_000)
  })

  it('by time, by network or by the loss of the hold is told apart', () => {
    const failed = (why: 'timeout' | 'network' | 'hold_lost') =>
      failureProblem(upstream, { kind: 'failed', why, part: null, cause: new Error('x') }).code
    expect(failed('timeout')).toBe('UpstreamTimeout')
    expect(failed('network')).toBe('UpstreamFailed')
    expect(failed('hold_lost')).toBe('StoreUnavailable')
  })
})

describe("an upstream's words", () => {
  const extra = 'Extra inputs are not permitted'
  const fault = {
    type: 'extra_forbidden',
    loc: ['body', 'messages', 0, 'name'],
    msg: extra,
    input: 'x',
  }
  it.each<[from: string, body: Json, words: string]>([
    ['Ollama', { error: 'invalid temperature' }, 'invalid temperature'],
    ['older vLLM', { object: 'error', message: 'got -1', param: null, code: 400 }, 'got -1'],
    ['FastAPI', { detail: 'no such thing' }, 'no such thing'],
    ['FastAPI', { detail: [fault, fault] }, `messages.0.name: ${extra}; messages.0.name: ${extra}`],
    ['Mistral', { object: 'error', message: { detail: [fault] } }, `messages.0.name: ${extra}`],
    ['Mistral', { message: [fault], detail: [fault], code: 3001 }, `messages.0.name: ${extra}`],
  ])('pass as %s puts them: %j', (_, body, words) => {
    for (const status of [400, 422]) expect(refused(status, body).detail).toBe(words)
  })

  it('pass cleaned wherever they stand', () => {
    const words = `no ${UPSTREAM_KEY} at https://api.upstream.test/v1`
    for (const body of [
      { error: words },
      { message: words },
      { detail: words },
      { detail: [{ msg: words }] },
    ]) {
      expect(refused(422, body).detail).toBe('no [removed] at [removed]')
    }
    expect(refused(400, { message: 'no', param: 'stop' }).members.param).toBe('stop')
  })

  it('that the input is too long are told by the code that clients look for', () => {
    const message = "This model's maximum context length is 8192 tokens."
    const tooLong = refused(400, { error: { message, code: 'context_length_exceeded' } })
    expect([tooLong.code, tooLong.detail]).toEqual(['ContextTooLong', message])
  })

  it('name the member that is at fault, where they do', () => {
    const at = (param: Json) => refused(400, { error: { message: 'no', param } }).members.param
    expect(at('messages[0].content')).toBe('messages[0].content')
    for (const odd of [null, 5, '', 'a b', 'x'.repeat(201), 'sk-proj-abcd1234']) {
      expect(at(odd)).toBeUndefined()
    }
  })

  it('pass where the request is at fault', () => {
    expect(said("'temperature' must be at most 2")).toBe("'temperature' must be at most 2")
  })

  it.each([
    UPSTREAM_KEY,
    'sk-proj-abcdEFGH1234',
    'sk-****abcd',
    'org-AbCdEf123456',
    'proj_1234abcd',
    'req_011CSabcdef',
    'https://api.upstream.test/v1/x?key=1',
    'http://10.0.0.5:8080/internal',
    'api.upstream.test',
    'Bearer abc.def.ghi',
    '10.0.0.5:8080',
    '/root/.cache/models/x.gguf',
    '/Users/ada/x',
  ])('pass without %s', (secret) => {
    const told = said(`Rejected ${secret} today`)
    expect(told).toBe('Rejected [removed] today')
  })

  it('pass without the name of a host that is asked on a port of its own', () => {
    const upstream = testUpstream({ base_url: 'http://vllm-3.corp:8000' })
    const body = { error: { message: 'getaddrinfo failed for vllm-3.corp, or vllm-3.corp:8000' } }
    const failure = { kind: 'refused', status: 400, headers: new Headers(), body } as const
    expect(failureProblem(upstream, failure).detail).toBe(
      'getaddrinfo failed for [removed], or [removed]',
    )
  })

  it('pass without a stack trace', () => {
    expect(said('no such field\n    at handler (/srv/app.js:1:1)')).toBe('no such field')
    expect(said('bad Traceback (most recent call last):\n  File "/srv/app.py"')).toBe('bad ')
  })

  it('are cut at 500 characters', () => {
    expect(said('x'.repeat(10_000))).toHaveLength(500)
  })

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ error: '' }],
    [{ error: { message: 7 } }],
    [{ error: null }],
    [{ error: { error: { error: { error: { error: { error: 'deep' } } } } } }],
    [{ detail: [] }],
    [{ detail: [{ loc: [{}, 'a'], input: 'what was sent' }] }],
    [[{ msg: 5 }]],
  ])('in an unknown form are replaced by ours: %j', (body) => {
    expect(refused(400, body).detail).toBe('The upstream does not accept this request.')
  })

  it('do not pass with any other error', () => {
    for (const status of [401, 403, 409, 429, 500, 503]) {
      for (const error of [{ message: 'internal-canary' }, 'internal-canary']) {
        expect(refused(status, { error }).detail).not.toContain('canary')
      }
    }
  })

  it('are searched in linear time', () => {
    const started = performance.now()
    const dots = 'a.'.repeat(500_000)
    expect(cleanErrorData(upstream, JSON.stringify({ error: { message: dots } }))).toContain('a.a.')
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})

describe('an error event inside a stream', () => {
  it('is left to the byte as it came when it holds nothing private', () => {
    const data = '{ "error": {"message":"overloaded \\u2014 try later", "code": 1.50} }'
    expect(cleanErrorData(upstream, data)).toBe(data)
  })

  it('stays JSON, with every private text in it removed', () => {
    const data = JSON.stringify({
      type: 'error',
      error: { type: 'overloaded_error', message: 'see https://status.test/x for org-abcd1234' },
      request_id: 'req_011CSabcdef',
    })
    expect(JSON.parse(cleanErrorData(upstream, data))).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'see [removed] for [removed]' },
      request_id: '[removed]',
    })
  })

  it('that is no JSON is cleaned as text', () => {
    expect(cleanErrorData(upstream, 'failed for org-abcd1234')).toBe('failed for [removed]')
  })
})
