// The official SDKs against our error answers, with their own fetch replaced: what they throw, and
// how often they ask.
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { CATALOG, type ProblemCode } from '../../src/problem/catalog.ts'
import { Problem, type ProblemMembers } from '../../src/problem/problem.ts'
import { problemFrame, problemResponse } from '../../src/problem/respond.ts'

const CONTEXT = { requestId: 'req_1', instance: '/v1/x' }
const CODES = Object.keys(CATALOG) as ProblemCode[]

function counted(respond: () => Response) {
  const calls = { count: 0 }
  const fetch = () => {
    calls.count += 1
    return Promise.resolve(respond())
  }
  return { calls, fetch }
}

async function thrown(ask: () => Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await ask()
  } catch (error) {
    return error as Record<string, unknown>
  }
  throw new Error('nothing was thrown')
}

async function openai(respond: () => Response, stream = false) {
  const { calls, fetch } = counted(respond)
  const client = new OpenAI({ apiKey: 'x', baseURL: 'http://gateway.example/v1', fetch })
  const error = await thrown(async () => {
    const body = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }], stream }
    const answer = await client.chat.completions.create(body)
    if (Symbol.asyncIterator in answer) for await (const _ of answer);
  })
  return { error, calls: calls.count }
}

async function anthropic(respond: () => Response, stream = false) {
  const { calls, fetch } = counted(respond)
  const client = new Anthropic({ apiKey: 'x', baseURL: 'http://gateway.example', fetch })
  const error = await thrown(async () => {
    const messages = [{ role: 'user' as const, content: 'x' }]
    const answer = await client.messages.create({ model: 'm', max_tokens: 5, messages, stream })
    if (Symbol.asyncIterator in answer) for await (const _ of answer);
  })
  return { error, calls: calls.count }
}

const answer = (code: ProblemCode, dialect: 'openai' | 'anthropic', members: ProblemMembers = {}) =>
  problemResponse(new Problem(code, `Why ${code}.`, members), { ...CONTEXT, dialect })

describe('the OpenAI SDK', () => {
  it.each(CODES)(
    'throws %s with its message, type and code, and asks again only if that helps',
    async (code) => {
      const members: ProblemMembers = CATALOG[code].retryable ? { retryAfterMs: 1 } : {}
      const { error, calls } = await openai(() => answer(code, 'openai', members))
      const [type, openaiCode] = CATALOG[code].openai
      expect(error['status']).toBe(CATALOG[code].status)
      expect(error['message']).toContain(`Why ${code}.`)
      expect([error['type'], error['code']]).toEqual([type, openaiCode ?? null])
      expect(error['requestID']).toBe('req_1')
      expect(calls).toBe(CATALOG[code].retryable ? 3 : 1)
    },
  )

  it('raises its own classes', async () => {
    const raised = async (code: ProblemCode) =>
      (await openai(() => answer(code, 'openai', { retryAfterMs: 1 }))).error
    expect(await raised('Unauthenticated')).toBeInstanceOf(OpenAI.AuthenticationError)
    expect(await raised('ModelForbidden')).toBeInstanceOf(OpenAI.PermissionDeniedError)
    expect(await raised('ModelNotFound')).toBeInstanceOf(OpenAI.NotFoundError)
    expect(await raised('InvalidMember')).toBeInstanceOf(OpenAI.UnprocessableEntityError)
    expect(await raised('RateLimited')).toBeInstanceOf(OpenAI.RateLimitError)
    expect(await raised('BudgetExhausted')).toBeInstanceOf(OpenAI.RateLimitError)
    expect(await raised('StoreUnavailable')).toBeInstanceOf(OpenAI.InternalServerError)
  })

  it('finds the members of the problem on the error that it throws', async () => {
    const members = { limit: 'usd_per_day', used: '10.00', max: '10.00', param: 'model' }
    const { error } = await openai(() => answer('BudgetExhausted', 'openai', members))
    expect(error['param']).toBe('model')
  })

  it('does not sleep through a wait of an hour', async () => {
    const { calls } = await openai(() =>
      answer('RateLimited', 'openai', { retryAfterMs: 3_600_000 }),
    )
    expect(calls).toBe(1)
  })

  it('throws on a problem in mid-stream', async () => {
    const { error } = await openai(() => midStream('openai'), true)
    expect(error['message']).toContain('The upstream broke off.')
  })
})

describe('the Anthropic SDK', () => {
  it.each(CODES)(
    'throws %s with its message and type, and asks again only if that helps',
    async (code) => {
      const members: ProblemMembers = CATALOG[code].retryable ? { retryAfterMs: 1 } : {}
      const { error, calls } = await anthropic(() => answer(code, 'anthropic', members))
      expect(error['status']).toBe(CATALOG[code].status)
      expect(error['message']).toContain(`Why ${code}.`)
      expect(error['error']).toMatchObject({
        type: 'error',
        error: { type: CATALOG[code].anthropic, message: `Why ${code}.` },
        request_id: 'req_1',
        code,
      })
      expect(error['requestID']).toBe('req_1')
      expect(calls).toBe(CATALOG[code].retryable ? 3 : 1)
    },
  )

  it('throws on a problem in mid-stream', async () => {
    const { error } = await anthropic(() => midStream('anthropic'), true)
    expect(JSON.stringify(error['error'])).toContain('The upstream broke off.')
  })
})

function midStream(dialect: 'openai' | 'anthropic'): Response {
  const problem = new Problem('UpstreamFailed', 'The upstream broke off.')
  const frame = problemFrame(problem, { requestId: 'req_1', dialect })
  return new Response(new TextDecoder().decode(frame), {
    headers: { 'content-type': 'text/event-stream' },
  })
}
