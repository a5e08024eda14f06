import { describe, expect, it } from 'vitest'
import { checkPolicy } from '../../src/policy/stage.ts'
import type { Problem } from '../../src/problem/problem.ts'
import type { TenantConfig } from '../../src/tenant/tenant.ts'
import { tenantConfig } from '../store/commands.ts'
import { type CallChanges, testCall } from '../support/fakes/call.ts'
import { INPUT_RATE, OUTPUT_RATE } from '../support/fakes/openai-wire.ts'

type Needs = Parameters<ReturnType<typeof checkPolicy>['run']>[0]

/** What the stage reads of what stands before it. */
async function decide(
  call: CallChanges,
  config: Partial<TenantConfig> = {},
  scopes: readonly string[] = ['*'],
) {
  const confirmed: [string, Problem][] = []
  const lines: object[] = []
  const told = { promptGuard: 'flagged' }
  const have = {
    principal: { tenant: 'acme', scopes: new Set(scopes) },
    known: { config: tenantConfig('acme', config) },
    call: testCall(call),
    requestId: 'req_1',
    told,
    confirm: (reason: string, problem: Problem) => {
      confirmed.push([reason, problem])
      return Promise.reject(problem)
    },
  } as unknown as Needs
  const log = {
    warn: (event: string, fields: object) => void lines.push({ event, ...fields }),
    error: () => undefined,
  }
  const permitted = await checkPolicy({ log })
    .run(have)
    .catch((error: unknown) => error)
  return { permitted, reasons: confirmed.map(([reason]) => reason), told, lines }
}

describe('the policy stage', () => {
  it('permits the cap that was asked for, at the price of its dearest case', async () => {
    const { permitted } = await decide({
      ask: { outputCap: 30, inputUpperTokens: 40, choices: 2 },
    })
    expect(permitted).toMatchObject({
      permit: {
        outputTokens: 30,
        usd: { base: 40 * INPUT_RATE, unit: 2 * OUTPUT_RATE },
        systemPrompt: null,
      },
    })
  })

  it('permits the cap of the plan where the request names none', async () => {
    const { permitted } = await decide({ ask: { outputCap: null } })
    expect(permitted).toMatchObject({ permit: { outputTokens: 4096 } })
  })

  it('permits what the API takes by itself, and never refuses that for being too much', async () => {
    const permitOf = async (max_output_tokens: number) => {
      const policy = { ...tenantConfig('acme').policy, max_output_tokens }
      const call = { operation: 'completions', ask: { outputCap: null, defaultOutput: 16 } }
      return (await decide(call, { policy })).permitted
    }
    expect(await permitOf(17)).toMatchObject({ permit: { outputTokens: 16 } })
    expect(await permitOf(8)).toMatchObject({ permit: { outputTokens: 8 } })
  })

  it('permits no output where the operation makes none', async () => {
    const { permitted } = await decide({
      operation: 'embeddings',
      model: 'text-embedding-3-small',
      ask: { outputCap: 0 },
    })
    expect(permitted).toMatchObject({ permit: { outputTokens: 0, usd: { unit: 0 } } })
  })

  it('lets a suspended tenant list models, which costs nothing', async () => {
    const list = { operation: 'models.list' }
    const { permitted } = await decide(list, { status: 'SUSPENDED' })
    expect(permitted).toMatchObject({ permit: { outputTokens: 0, usd: { base: 0, unit: 0 } } })
  })

  it.each([
    ['scope_missing', {}, {}, ['models']],
    ['model_forbidden', {}, { allowed_models: ['claude-*'] }, ['*']],
    ['tool_forbidden', { tools: ['shell'] }, { allowed_tools: ['search'] }, ['*']],
    ['context_too_long', { inputEstimateTokens: 11 }, { max_context_tokens: 10 }, ['*']],
    ['output_cap_too_high', { outputCap: 11 }, { max_output_tokens: 10 }, ['*']],
  ] as const)('objects for the reason %s', async (reason, ask, policy, scopes) => {
    const changes = {
      policy: { ...tenantConfig('acme').policy, ...policy } as TenantConfig['policy'],
    }
    const { reasons } = await decide({ ask }, changes, scopes)
    expect(reasons).toEqual([reason])
  })

  it('has the store confirm the first objection, and only that', async () => {
    const { permitted, reasons } = await decide(
      { ask: { outputCap: 1e6 } },
      { status: 'SUSPENDED' },
      [],
    )
    expect(reasons).toEqual(['tenant_suspended'])
    expect(permitted).toMatchObject({ code: 'TenantSuspended' })
  })

  it('refuses what no budget could hold, without asking the store', async () => {
    const { permitted, reasons } = await decide({
      ask: { outputCap: 4_000, choices: Number.MAX_SAFE_INTEGER },
    })
    expect(permitted).toMatchObject({ code: 'InvalidBody' })
    expect(reasons).toEqual([])
  })
})
