import { describe, expect, it } from 'vitest'
import { anthropic } from '../../src/upstream/llm/anthropic/anthropic.ts'
import { openai } from '../../src/upstream/llm/openai/openai.ts'
import { matchOperation } from '../../src/upstream/path.ts'

const operations = [...openai.operations, ...anthropic.operations]

const outcome = (method: string, path: string, search = '', of = operations) => {
  const match = matchOperation(of, method, path, search)
  return match.ok ? match.path : match.reason
}

describe('matching an operation', () => {
  it.each([
    ['POST', '/v1/chat/completions', 'chat.completions'],
    ['POST', '/v1/completions', 'completions'],
    ['POST', '/v1/embeddings', 'embeddings'],
    ['GET', '/v1/models', 'models.list'],
    ['GET', '/v1/models/gpt-4o', 'models.retrieve'],
    ['POST', '/v1/messages', 'messages'],
    ['POST', '/v1/messages/count_tokens', 'messages.count_tokens'],
  ])('finds %s %s', (method, path, name) => {
    const match = matchOperation(operations, method, path, '')
    expect(match).toMatchObject({ ok: true, path, operation: { name } })
  })

  it('decodes a path once and builds the upstream path from the template', () => {
    expect(outcome('POST', '/%76%31/chat%2Dx/../completions')).toBe('malformed')
    expect(outcome('POST', '/%76%31/chat/%63ompletions')).toBe('/v1/chat/completions')
    const match = matchOperation(operations, 'GET', '/v1/models/ft:gpt-4o%3aacme%40x', '')
    expect(match).toMatchObject({
      ok: true,
      params: { model: 'ft:gpt-4o:acme@x' },
      path: '/v1/models/ft%3Agpt-4o%3Aacme%40x',
    })
  })

  it('tells a wrong method from an unknown path', () => {
    expect(matchOperation(operations, 'DELETE', '/v1/chat/completions', '')).toEqual({
      ok: false,
      reason: 'method_not_allowed',
      allowed: ['POST'],
    })
    for (const path of [
      '/v1/files',
      '/v1/responses',
      '/v1/batches',
      '/v1/messages/batches',
      '/v1',
    ]) {
      expect(outcome('POST', path)).toBe('not_found')
    }
  })

  it('offers no route by which stored state could be read', () => {
    const stateful =
      'files uploads batches vector_stores conversations containers assistants threads evals ' +
      'fine_tuning/jobs responses/resp_1 chat/completions/chatcmpl-1 organization/costs videos realtime'
    for (const path of stateful.split(' ')) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        expect(outcome(method, `/v1/${path}`)).toBe('not_found')
      }
    }
    expect(outcome('GET', '/v1/chat/completions')).toBe('method_not_allowed')
  })
})

describe('the query', () => {
  it('must be empty where something is forwarded', () => {
    expect(outcome('POST', '/v1/chat/completions', '?')).toBe('/v1/chat/completions')
    for (const search of ['?x=1', '?beta=true', '?api-version=1', '?&', '?key=sk']) {
      expect(outcome('POST', '/v1/chat/completions', search)).toBe('malformed')
    }
  })

  it('may ask for the beta form of messages, and for nothing else', () => {
    expect(outcome('POST', '/v1/messages', '?beta=true')).toBe('/v1/messages')
    for (const search of [
      '?beta=false',
      '?beta',
      '?beta=true&x=1',
      '?BETA=true',
      '?beta=true%00',
    ]) {
      expect(outcome('POST', '/v1/messages', search)).toBe('malformed')
    }
  })

  it('may page through the models of an API that pages', () => {
    const search = '?limit=20&after_id=x&before_id=y'
    expect(outcome('GET', '/v1/models', search, [...anthropic.operations])).toBe('/v1/models')
    expect(outcome('GET', '/v1/models', search, [...openai.operations])).toBe('malformed')
  })
})

const TRICKS = [
  '%2f', '%2F', '%5c', '%5C', '%00', '%25', '%252e', '%252e%252e', '%252f', '%2e%2e', '%2E%2E', '%2e',
  '..', '.', '..;', ';', ';x=1', '%3b', '\\', '\\..\\', '//', '/./', '/../', '%0d%0a', '%0a', '%09', '%20',
  ' ', '\t', '\n', '%c0%ae', '%c0%af', '%e0%80%af', '%ff', '%', '%2', '%zz', '%u002f', '．．', '／', '%ef%bc%8f',
  '%ef%bc%8e', '\u2215', '%e2%88%95', '\u202e', '%e2%80%ae', '%7f', '%1b', '*', '?', '#', '%3f', '%23', '@evil.example',
  '..%00', '.%2e', '%2e.', '..%5c..', '..%2f..', '%00.json', '~', '$', '{model}', '%7bmodel%7d', '<', '%3c', '"', "'", '|', '`',
] // prettier-ignore

const corpus = ['/v1/chat/completions', '/v1/models/gpt-4o', '/v1/messages'].flatMap((path) =>
  TRICKS.flatMap((trick) => {
    const slash = path.lastIndexOf('/')
    return [
      path + trick,
      `${path}/${trick}`,
      `${path.slice(0, slash)}/${trick}${path.slice(slash)}`,
      `/${trick}${path}`,
    ]
  }),
)

describe('a corpus of path tricks', () => {
  const templates =
    /^\/v1\/(?:(?:chat\/)?completions|embeddings|models|models\/[A-Za-z0-9._%-]+|messages)$/

  it('has at least 200 cases', () => expect(new Set(corpus).size).toBeGreaterThanOrEqual(200))

  it.each(['as sent', 'as URL reads it'] as const)('reaches nothing but a template, %s', (form) => {
    for (const path of corpus) {
      const seen = form === 'as sent' ? path : new URL(`http://gateway.example${path}`).pathname
      for (const method of ['GET', 'POST']) {
        const found = outcome(method, seen)
        if (!found.startsWith('/')) continue
        expect(found, path).toMatch(templates)
        expect(decodeURIComponent(found).split('/'), path).not.toContain('..')
        expect(decodeURIComponent(found).split('/').length, path).toBe(found.split('/').length)
      }
    }
  })

  it('passes a trick on only as a character of a model name', () => {
    const found = corpus.map((path) => outcome('GET', path)).filter((seen) => seen.startsWith('/'))
    // Dots and `@` at the end of a name are characters like any other.
    expect([...new Set(found)].sort()).toEqual([
      '/v1/models/gpt-4o%40evil.example',
      '/v1/models/gpt-4o.',
      '/v1/models/gpt-4o..',
    ])
  })
})
