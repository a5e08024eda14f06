import { describe, expect, it } from 'vitest'
import { clientHeaders, upstreamHeaders } from '../../src/upstream/headers.ts'
import { testUpstream } from '../support/fakes/call.ts'

/** What a client may send and no upstream may see. */
const PRIVATE = {
  authorization: 'Bearer tg_canary',
  'x-api-key': 'canary',
  'api-key': 'canary',
  'x-goog-api-key': 'canary',
  'x-chroma-token': 'canary',
  cookie: 'session=canary',
  'openai-organization': 'canary',
  'openai-project': 'canary',
  'openai-beta': 'canary',
  'anthropic-beta': 'canary',
  'anthropic-version': 'canary',
  'x-forwarded-for': 'canary',
  'x-real-ip': 'canary',
  forwarded: 'canary',
  'cf-connecting-ip': 'canary',
  'x-tenant-id': 'canary',
  'idempotency-key': 'canary',
  'content-encoding': 'canary',
  'accept-encoding': 'canary',
  'tollgate-usage': 'canary',
  connection: 'canary',
  te: 'canary',
  host: 'canary',
}

describe('headers on their way up', () => {
  it('are the allowed ones, our credential, and no others', () => {
    const client = new Headers({ ...PRIVATE, accept: 'text/event-stream', 'user-agent': 'sdk/1' })
    const headers = upstreamHeaders(testUpstream({ key: 'k1' }), client, true)
    expect(headers).toEqual({
      accept: 'text/event-stream',
      'user-agent': 'sdk/1',
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      authorization: 'Bearer k1',
    })
  })

  it("of another API carry that API's credential and version", () => {
    const upstream = testUpstream({ kind: 'anthropic', key: 'k2' })
    const headers = upstreamHeaders(upstream, new Headers(PRIVATE), false)
    expect(headers).toEqual({
      'accept-encoding': 'identity',
      'x-api-key': 'k2',
      'anthropic-version': '2023-06-01',
    })
  })
})

describe('anthropic-beta on its way up', () => {
  const sent = (header: string, kind: 'anthropic' | 'openai' = 'anthropic') =>
    upstreamHeaders(testUpstream({ kind }), new Headers({ 'anthropic-beta': header }), true)[
      'anthropic-beta'
    ]

  it('keeps the betas that are on the list, in their order, and loses the others', () => {
    expect(
      sent(
        'files-api-2025-04-14, output-128k-2025-02-19,x ,interleaved-thinking-2025-05-14,mcp-client-2025-11-20',
      ),
    ).toBe('output-128k-2025-02-19,interleaved-thinking-2025-05-14')
  })

  it('is read whole when it comes as several headers', () => {
    const client = new Headers({ 'Anthropic-Beta': 'files-api-2025-04-14' })
    client.append('anthropic-beta', 'output-128k-2025-02-19')
    const headers = upstreamHeaders(testUpstream({ kind: 'anthropic' }), client, true)
    expect(headers['anthropic-beta']).toBe('output-128k-2025-02-19')
  })

  it('does not stand there at all when none is on the list, or the upstream is another', () => {
    expect(sent('files-api-2025-04-14')).toBeUndefined()
    expect(sent('')).toBeUndefined()
    expect(sent('output-128k-2025-02-19', 'openai')).toBeUndefined()
  })
})

describe('headers on their way down', () => {
  it('are the content type and nothing of the account', () => {
    const upstream = new Headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'set-cookie': 'a=b',
      'openai-organization': 'org-1',
      'x-request-id': 'req_1',
      'x-ratelimit-remaining-requests': '3',
      'content-length': '5',
      'content-encoding': 'gzip',
      server: 'nginx',
      location: 'http://10.0.0.1/',
    })
    expect(clientHeaders(upstream)).toEqual({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    })
  })
})
