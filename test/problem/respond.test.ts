import { describe, expect, it } from 'vitest'
import { problemType } from '../../src/problem/body.ts'
import { CATALOG, type ProblemCode } from '../../src/problem/catalog.ts'
import { Problem, type ProblemMembers } from '../../src/problem/problem.ts'
import { problemResponse, toProblem } from '../../src/problem/respond.ts'
import { StoreUnavailable } from '../../src/store/store.ts'

const CODES = Object.keys(CATALOG) as ProblemCode[]
const DIALECTS = ['plain', 'openai', 'anthropic'] as const
const CONTEXT = { requestId: 'req_1', instance: '/v1/chat/completions', dialect: 'plain' } as const

async function answer(
  code: ProblemCode,
  members: ProblemMembers = {},
  dialect: (typeof DIALECTS)[number] = 'plain',
) {
  const response = problemResponse(new Problem(code, 'Why.', members), { ...CONTEXT, dialect })
  const body = (await response.json()) as Record<string, unknown>
  return { body, status: response.status, headers: response.headers }
}

const silent = { warn: () => undefined, error: () => undefined }

describe('a problem answered', () => {
  it('is RFC 9457, with the members that let a program act', async () => {
    const { body, headers, status } = await answer('RateLimited', {
      limit: 'requests_per_minute',
      scope: 'tenant',
      used: 60,
      max: 60,
      resets_at: '2026-06-17T12:01:00.000Z',
      retryAfterMs: 1_201,
      remedy: 'Wait.',
    })
    expect(status).toBe(429)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body).toEqual({
      type: 'urn:tollgate:problem:rate-limited',
      title: 'A rate limit is exhausted',
      status: 429,
      detail: 'Why.',
      instance: '/v1/chat/completions',
      code: 'RateLimited',
      request_id: 'req_1',
      retryable: true,
      retry_after: 2,
      limit: 'requests_per_minute',
      scope: 'tenant',
      used: 60,
      max: 60,
      resets_at: '2026-06-17T12:01:00.000Z',
      remedy: 'Wait.',
      'violated-policies': ['requests_per_minute'],
    })
    expect(headers.get('retry-after')).toBe('2')
    expect(headers.get('retry-after-ms')).toBe('1201')
  })

  it.each(CODES)(
    '%s says in every dialect whether to try again, and which request it was',
    async (code) => {
      const types = new Set<unknown>()
      for (const dialect of DIALECTS) {
        const { body, status, headers } = await answer(code, {}, dialect)
        expect(status).toBe(CATALOG[code].status)
        expect(body).toMatchObject({ code, status, request_id: 'req_1', detail: 'Why.' })
        expect(headers.get('x-should-retry')).toBe(String(CATALOG[code].retryable))
        expect(headers.get('x-request-id')).toBe('req_1')
        expect(headers.get('request-id')).toBe(dialect === 'anthropic' ? 'req_1' : null)
        expect(headers.get('cache-control')).toBe('no-store')
        expect(headers.has('www-authenticate')).toBe(status === 401)
        // Without a known wait none is told.
        expect(headers.has('retry-after')).toBe(false)
        types.add(body['type'])
      }
      expect(types.size).toBe(2)
    },
  )

  it('has a type of its own for every code', () => {
    expect(new Set(CODES.map(problemType)).size).toBe(CODES.length)
  })

  it('tells no wait when trying again cannot help', async () => {
    const { body, headers } = await answer('RateLimited', { retryAfterMs: 500, retryable: false })
    expect(headers.get('x-should-retry')).toBe('false')
    expect([headers.has('retry-after'), headers.has('retry-after-ms')]).toEqual([false, false])
    expect(body).toMatchObject({ retryable: false })
    expect(body).not.toHaveProperty('retry_after')
  })

  it.each([
    [0, '1', '1', 'true'],
    [0.2, '1', '1', 'true'],
    [20, '1', '20', 'true'],
    [60_000, '60', '60000', 'true'],
    [60_001, '61', '60001', 'false'],
    [86_400_000, '86400', '86400000', 'false'],
  ])(
    'with a wait of %d ms says %s s, and leaves a long one to the caller',
    async (ms, s, exact, retry) => {
      const { headers, body } = await answer('RateLimited', { retryAfterMs: ms })
      expect(headers.get('retry-after')).toBe(s)
      expect(headers.get('retry-after-ms')).toBe(exact)
      expect(headers.get('x-should-retry')).toBe(retry)
      expect(body['retryable']).toBe(true)
    },
  )
})

describe('what is thrown that is no problem', () => {
  const SECRET = 'sk-canary-0123456789'

  it('becomes a bare 500: nothing of it reaches the caller', async () => {
    for (const thrown of [new TypeError(SECRET), SECRET, { SECRET }, null, undefined]) {
      const response = problemResponse(toProblem(thrown, silent, 'req_1'), CONTEXT)
      expect([response.status, response.headers.get('x-should-retry')]).toEqual([500, 'false'])
      expect(await response.text()).not.toContain(SECRET)
    }
  })

  it('is logged by name and place, without its message', () => {
    const lines: string[] = []
    const log = { ...silent, error: (...line: unknown[]) => lines.push(JSON.stringify(line)) }
    const cause = new SyntaxError(`Unexpected token in ${SECRET}\nand ${SECRET} again`)
    toProblem(cause, log, 'req_1')
    toProblem(new Problem('UpstreamFailed', 'The upstream failed.', {}, cause), log, 'req_2')
    expect(lines).toHaveLength(2)
    expect(lines.join()).toContain('SyntaxError')
    expect(lines.join()).toContain('respond.test.ts')
    expect(lines.join()).not.toContain(SECRET)
  })

  it('is 503 with a wait when the store did not answer', async () => {
    const response = problemResponse(toProblem(new StoreUnavailable('x'), silent, 'req_1'), CONTEXT)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.json()).toMatchObject({ code: 'StoreUnavailable', retryable: true })
  })

  it('is not logged when the caller is at fault', () => {
    const log = { ...silent, error: () => expect.unreachable() }
    expect(toProblem(new Problem('NotFound', 'x'), log, 'req_1').code).toBe('NotFound')
  })
})
