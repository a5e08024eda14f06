// Commands as a gateway would send them, each with one thing that a test may want to set.
import type {
  AdmitCommand,
  BudgetDemand,
  ChangeCommand,
  ControlNote,
  CreateCommand,
  RateDemand,
  Receipt,
  SettleCommand,
} from '../../src/account/commands.ts'
import type { AcquireCommand, ReleaseCommand } from '../../src/account/quota-commands.ts'
import type { PeriodTable } from '../../src/account/records.ts'
import type { ResetCommand } from '../../src/account/report-commands.ts'
import type { KeyRecord } from '../../src/identify/api-key/key-record.ts'
import { KeyId } from '../../src/identify/api-key/key-id.ts'
import { type Charge, NO_CHARGE, type Outcome } from '../../src/ledger/entry.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import type { TenantConfig } from '../../src/tenant/tenant.ts'

/** A Sunday noon, UTC, far from the end of its day and month, and in a future where no real alarm rings. */
export const START_MS = Date.UTC(2040, 5, 17, 12)
export const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const NOTE: ControlNote = { actor: 'admin', action: 'test', before: null, after: null }

/** Five days and two months around START_MS. */
export const PERIODS: PeriodTable = {
  day: [-1, 0, 1, 2, 3].map((offset) => {
    const start = Date.UTC(2040, 5, 17) + offset * DAY_MS
    return { start, end: start + DAY_MS }
  }),
  month: [
    { start: Date.UTC(2040, 5, 1), end: Date.UTC(2040, 6, 1) },
    { start: Date.UTC(2040, 6, 1), end: Date.UTC(2040, 7, 1) },
  ],
}

export function tenantConfig(tenant: string, changes: Partial<TenantConfig> = {}): TenantConfig {
  return {
    tenant: TenantId.parse(tenant),
    name: 'Acme Inc',
    status: 'ACTIVE',
    plan: 'pro',
    plan_version: 1,
    timezone: 'UTC',
    overrides: { limits: {}, quotas: {}, policy: {} },
    limits: {
      requests_per_second: null,
      requests_per_minute: null,
      requests_per_hour: null,
      tokens_per_minute: null,
      user_requests_per_minute: null,
      key_requests_per_minute: null,
      tokens_per_day: null,
      tokens_per_month: null,
      usd_per_day: null,
      usd_per_month: null,
      max_concurrency: null,
    },
    quotas: {},
    policy: {
      allowed_models: ['*'],
      default_model: null,
      allowed_tools: null,
      max_context_tokens: null,
      max_output_tokens: 4096,
      system_prompt: null,
      prompt_guard: 'off',
      low_budget: 'refuse',
    },
    features: {},
    retention_days: 90,
    metadata: {},
    created_at_ms: START_MS,
    archived_at_ms: null,
    ...changes,
  }
}

export function keyRecord(id: string): KeyRecord {
  return {
    id: KeyId.parse(id),
    name: 'default',
    user: null,
    scopes: [],
    ip_allow: [],
    created_at_ms: START_MS,
    expires_at_ms: null,
    revoked_at_ms: null,
    rotated_to: null,
  }
}

export function create(tenant: string, changes: Partial<CreateCommand> = {}): CreateCommand {
  return {
    type: 'create',
    incarnation: 'inc-1',
    nonce: 'nonce-1',
    config: tenantConfig(tenant),
    keys: [],
    periods: PERIODS,
    note: NOTE,
    ...changes,
  }
}

export function change(expected: string, changes: Partial<ChangeCommand> = {}): ChangeCommand {
  return { type: 'change', expected, nonce: 'nonce-2', keys: [], note: NOTE, ...changes }
}

export function perMinute(limit: number): RateDemand {
  return {
    id: 'requests_per_minute',
    windowMs: MINUTE_MS,
    limit,
    measure: 'requests',
    base: 1,
    unit: 0,
  }
}

export function usdPerDay(limit: number | null, base: number, unit: number): BudgetDemand {
  return { id: 'usd_per_day', period: 'day', measure: 'nano_usd', limit, base, unit }
}

export function admit(
  version: string,
  holdId: string,
  nowMs: number,
  changes: Partial<AdmitCommand> = {},
): AdmitCommand {
  return {
    type: 'admit',
    version,
    keyHashes: [],
    holdId,
    mintedAtMs: nowMs,
    keyExpiresAtMs: null,
    rates: [],
    budgets: [],
    maxConcurrency: null,
    output: { wanted: 100, least: 1 },
    estimate: NO_CHARGE,
    context: {
      requestId: `req-${holdId}`,
      upstream: 'openai',
      operation: 'chat.completions',
      model: 'gpt-4o-mini',
      user: null,
      keyId: null,
      priceVersion: 'p1',
    },
    ...changes,
  }
}

const OUTCOME: Outcome = {
  provenance: 'provider',
  status: 200,
  ended: 'completed',
  modelServed: 'gpt-4o-mini',
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  latencyMs: 12,
  bytesIn: 100,
  bytesOut: 200,
}

export function settle(
  receipt: Receipt,
  charge: Charge,
  outcome: Partial<Outcome> = {},
): SettleCommand {
  return { type: 'settle', receipt, charge, outcome: { ...OUTCOME, ...outcome } }
}

/** Of `max_products`, by nobody in particular. */
export function acquire(
  version: string,
  amount: number,
  changes: Partial<AcquireCommand> = {},
): AcquireCommand {
  return {
    type: 'acquire',
    version,
    keyHashes: [],
    keyExpiresAtMs: null,
    quota: 'max_products',
    limit: null,
    amount,
    holder: null,
    leaseMs: null,
    ...changes,
  }
}

/** All that a holder has of `max_products`. */
export function release(
  version: string,
  holder: string | null,
  changes: Partial<ReleaseCommand> = {},
): ReleaseCommand {
  return {
    type: 'release',
    version,
    keyHashes: [],
    keyExpiresAtMs: null,
    quota: 'max_products',
    holder,
    amount: null,
    leavesMark: true,
    ...changes,
  }
}

export function reset(budget: string, changes: Partial<ResetCommand> = {}): ResetCommand {
  const by = { actor: 'admin', reason: null }
  const period = budget.endsWith('_day') ? 'day' : 'month'
  return { type: 'reset', incarnation: 'inc-1', resetId: 'r1', budget, period, ...by, ...changes }
}
