import { describe, expect, it } from 'vitest'
import { carry } from '../../../src/admin/plans/carry.ts'
import { type PlanBook, PlanRecord, standingFor } from '../../../src/admin/plans/plan-book.ts'
import { resolvePlans } from '../../../src/config/plans.ts'
import type { Plan } from '../../../src/tenant/plan.ts'
import { tenantConfig } from '../../store/commands.ts'

const given = resolvePlans({ plans: {}, default_plan: 'free' })
const pro = given.get('pro')!
const book = (version: number, changes: Partial<Plan> = {}): PlanBook => {
  return {
    plans: new Map([...given, ['pro', { ...pro, version, ...changes }]]),
    records: new Map(),
  }
}
const follow = { from: 'pro', to: null }

/** A record of a plan that was deleted in favour of another. */
function deleted(fallback: string) {
  const { retentionDays, name: _, origin: __, ...terms } = pro
  const authorship = { written_by: 'x', actor: 'x', written_at_ms: 0 }
  const deletion = { version: 2, fallback, retention_days: retentionDays }
  const record = PlanRecord.parse({ ...terms, ...deletion, ...authorship })
  return { revision: 1, record }
}

describe('what a job makes of an account', () => {
  it('is the plan with the overrides over it, and nothing the second time', () => {
    const overrides = { limits: { requests_per_minute: 3 }, quotas: {}, policy: {} }
    const carried = carry(tenantConfig('acme', { overrides }), follow, book(2))
    expect(carried?.config).toMatchObject({
      plan: 'pro',
      plan_version: 2,
      limits: { ...pro.limits, requests_per_minute: 3 },
      overrides,
    })
    expect(carry(carried!.config, follow, book(2))).toBeNull()
  })

  it('is never an older plan than the account carries', () => {
    const newest = carry(tenantConfig('acme'), follow, book(3))!.config
    const older = book(2, { limits: { ...pro.limits, requests_per_minute: 1 } })
    expect(carry(newest, follow, older)).toBeNull()
  })

  it('is nothing for an account on another plan, or on one that means nothing any more', () => {
    expect(carry(tenantConfig('acme', { plan: 'free' }), follow, book(2))).toBeNull()
    expect(carry(tenantConfig('acme', { plan: 'lost' }), { from: 'lost', to: null }, book(2))).toBe(
      null,
    )
  })

  it('is what stands at the end, where one plan was deleted for another that was deleted too', () => {
    const plans = new Map(given)
    plans.delete('pro')
    plans.delete('starter')
    const records = new Map([
      ['pro', deleted('starter')],
      ['starter', deleted('enterprise')],
    ])
    expect(standingFor({ plans, records }, 'pro')?.name).toBe('enterprise')
    const carried = carry(tenantConfig('acme'), follow, { plans, records })
    expect(carried?.config.plan).toBe('enterprise')
  })
})
