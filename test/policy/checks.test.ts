import { describe, expect, it } from 'vitest'
import { checkContext } from '../../src/policy/context.ts'
import { checkModel } from '../../src/policy/models.ts'
import { checkOutput, outputCap } from '../../src/policy/output.ts'
import { checkScope } from '../../src/policy/scopes.ts'
import { checkStatus } from '../../src/policy/status.ts'
import { checkTools } from '../../src/policy/tools.ts'
import type { Policy, TenantStatus } from '../../src/tenant/tenant.ts'

const policy = (changes: Partial<Policy> = {}): Policy => ({
  allowed_models: ['gpt-*'],
  default_model: null,
  allowed_tools: null,
  max_context_tokens: 1_000,
  max_output_tokens: 500,
  system_prompt: null,
  prompt_guard: 'off',
  low_budget: 'refuse',
  ...changes,
})

describe('the state of a tenant', () => {
  const table: [TenantStatus, 'read' | 'write', string | null][] = [
    ['ACTIVE', 'read', null],
    ['ACTIVE', 'write', null],
    ['SUSPENDED', 'read', null],
    ['SUSPENDED', 'write', 'tenant_suspended'],
    ['PROVISIONING', 'read', 'tenant_inactive'],
    ['PROVISIONING', 'write', 'tenant_inactive'],
    ['ARCHIVED', 'read', 'tenant_inactive'],
    ['ARCHIVED', 'write', 'tenant_inactive'],
  ]
  it.each(table)('%s, to %s: %s', (status, access, reason) => {
    expect(checkStatus(status, access)?.reason ?? null).toBe(reason)
  })
})

describe('scopes', () => {
  it('open what they name, and the star all of the data plane', () => {
    expect(checkScope(new Set(['llm']), 'llm')).toBeNull()
    expect(checkScope(new Set(['*']), 'usage')).toBeNull()
  })

  it('open nothing else: no part of a name, no other scope, nothing at all', () => {
    for (const scopes of [[], ['models'], ['ll'], ['llm2'], ['LLM'], ['admin']]) {
      const objection = checkScope(new Set(scopes), 'llm')
      expect(objection?.problem).toMatchObject({ code: 'ScopeMissing', members: { scope: 'llm' } })
    }
  })
})

describe('models', () => {
  it('pass by pattern', () => {
    expect(checkModel(policy(), 'gpt-4o')).toBeNull()
  })

  it('are refused by name, with what is allowed', () => {
    const objection = checkModel(policy(), 'claude-x')
    expect(objection?.reason).toBe('model_forbidden')
    expect(objection?.problem.members).toEqual({ param: 'model', remedy: 'Allowed: gpt-*.' })
    expect(checkModel(policy({ allowed_models: [] }), 'gpt-4o')?.problem.members.remedy).toBe(
      'Allowed: none.',
    )
  })
})

describe('tools', () => {
  it('are all allowed where the policy names none', () => {
    expect(checkTools(policy(), ['anything'])).toBeNull()
  })

  it('are refused when any of them is not on the list, and all when the list is empty', () => {
    expect(checkTools(policy({ allowed_tools: ['a', 'b'] }), ['a', 'b'])).toBeNull()
    expect(checkTools(policy({ allowed_tools: ['a'] }), ['a', 'b'])?.reason).toBe('tool_forbidden')
    expect(checkTools(policy({ allowed_tools: [] }), ['a'])?.reason).toBe('tool_forbidden')
    expect(checkTools(policy({ allowed_tools: [] }), [])).toBeNull()
  })
})

describe('the caps', () => {
  it('on the input hold its expected size, to the token', () => {
    expect(checkContext(policy(), 1_000)).toBeNull()
    expect(checkContext(policy(), 1_001)?.problem).toMatchObject({
      code: 'ContextTooLong',
      members: { limit: 'max_context_tokens', used: 1_001, max: 1_000 },
    })
    expect(checkContext(policy({ max_context_tokens: null }), 1e9)).toBeNull()
  })

  it('on the output refuse more than the plan allows, and stand in where none is named', () => {
    expect(checkOutput(policy(), 500)).toBeNull()
    expect(checkOutput(policy(), 501)?.reason).toBe('output_cap_too_high')
    expect(checkOutput(policy(), null)).toBeNull()
    const cap = (asked: number | null, defaultOutput?: number) =>
      outputCap(policy(), {
        outputCap: asked,
        ...(defaultOutput === undefined ? {} : { defaultOutput }),
      })
    expect([cap(null), cap(3), cap(3, 16), cap(null, 16), cap(null, 501)]).toEqual([
      500, 3, 3, 16, 500,
    ])
  })
})
