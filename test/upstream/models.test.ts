import { describe, expect, it } from 'vitest'
import { answerModels } from '../../src/upstream/models.ts'
import type { Policy } from '../../src/tenant/tenant.ts'
import { prices, testCall, testUpstream } from '../support/fakes/call.ts'
import { tenantConfig } from '../store/commands.ts'

const openai = testUpstream({ models: ['gpt-4o*'] })
const anthropic = testUpstream({ name: 'anthropic', kind: 'anthropic', models: ['claude-*'] })
const deps = { upstreams: [openai, anthropic], ...prices }

function ask(allowed: readonly string[], model?: string, upstream = openai): unknown {
  const policy: Policy = { ...tenantConfig('acme').policy, allowed_models: [...allowed] }
  const operation = model === undefined ? 'models.list' : 'models.retrieve'
  const params = model === undefined ? {} : { model }
  return answerModels(deps, testCall({ upstream, operation, params }), policy)
}
const idsOf = (list: unknown) =>
  (list as { data: readonly { id: string }[] }).data.map(({ id }) => id)

describe('the list of models', () => {
  it('has what the upstream serves, has a price, and the tenant may use', () => {
    const ids = idsOf(ask(['gpt-*', 'claude-*']))
    expect(ids).toContain('gpt-4o-mini')
    expect(ids.every((id) => id.startsWith('gpt-4o'))).toBe(true)
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(ids.length)
    expect(idsOf(ask(['gpt-4o-mini']))).toEqual(['gpt-4o-mini'])
    expect(idsOf(ask([]))).toEqual([])
  })

  it('speaks of the API that was asked, and of no other', () => {
    const ids = idsOf(ask(['*'], undefined, anthropic))
    expect(ids).toContain('claude-haiku-4-5')
    expect(ids.every((id) => id.startsWith('claude-'))).toBe(true)
  })
})

describe('a single model', () => {
  it('is found under every name that a request may use, listed or not', () => {
    expect(ask(['*'], 'gpt-4o-mini')).toMatchObject({ id: 'gpt-4o-mini' })
    expect(ask(['*'], 'gpt-4o-2024-08-06')).toMatchObject({ id: 'gpt-4o-2024-08-06' })
  })

  it('is not found when it is not served, has no price, or is not allowed: all the same', () => {
    const notFound = expect.objectContaining({ code: 'ModelNotFound' })
    for (const [allowed, model] of [
      [['*'], 'gpt-3.5-turbo'],
      [['*'], 'gpt-4o-without-a-price'],
      [['gpt-4o'], 'gpt-4o-mini'],
      [['*'], 'claude-haiku-4-5'],
    ] as const) {
      expect(() => ask(allowed, model)).toThrow(notFound)
    }
  })
})
