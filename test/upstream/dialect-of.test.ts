import { describe, expect, it } from 'vitest'
import { dialectOf } from '../../src/upstream/dialect-of.ts'
import { testUpstream } from '../support/fakes/call.ts'

const upstreams = [
  testUpstream({ name: 'openai' }),
  testUpstream({ name: 'claude', kind: 'anthropic' }),
]

describe('the dialect that errors are said in', () => {
  it.each([
    ['/v1/chat/completions', {}, 'openai'],
    ['/v1/messages', {}, 'anthropic'],
    ['/v1/messages/count_tokens', {}, 'anthropic'],
    ['/v1/messagesx', {}, 'openai'],
    ['/v1/models', {}, 'openai'],
    ['/v1/models', { 'anthropic-version': '2023-06-01' }, 'anthropic'],
    ['/v1', {}, 'plain'],
    ['/openai/v1/messages', {}, 'openai'],
    ['/claude/v1/messages', {}, 'anthropic'],
    ['/claude', {}, 'anthropic'],
    ['/unknown/v1/chat', {}, 'plain'],
    ['/tenant/usage', {}, 'plain'],
    ['/', {}, 'plain'],
  ])('of %s with %j is %s', (path, headers, dialect) => {
    expect(dialectOf(upstreams, path, new Headers(headers))).toBe(dialect)
  })
})
