/**
 * The plans that come with the gateway, as data. They are starting points: `tollgate.config.ts`
 * changes any of them but `unlimited`, and every tenant may have overrides of its own.
 */
import type { PlanTerms } from '../tenant/plan.ts'
import type { Limits, Policy } from '../tenant/tenant.ts'

const USD = 1_000_000_000
const GB = 1_000_000_000

/** Price classes by the names that the vendors give them; new versions of a small model still match. */
const SMALL_MODELS = ['*-mini*', '*-nano*', '*-haiku*', '*-flash*', 'text-embedding-*']
const ANY_MODEL = ['*']

export const NO_LIMITS: Limits = {
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
}

/**
 * The output cap is also what a request gets that names none, and some models refuse a cap above
 * their own maximum: so even the widest plan stays where the common models do.
 */
const WIDEST_POLICY: Policy = {
  allowed_models: ANY_MODEL,
  default_model: null,
  allowed_tools: null,
  max_context_tokens: null,
  max_output_tokens: 16_384,
  system_prompt: null,
  prompt_guard: 'off',
  low_budget: 'clamp',
}

export const BUILT_IN_PLANS = {
  free: {
    limits: {
      ...NO_LIMITS,
      requests_per_minute: 10,
      tokens_per_day: 50_000,
      tokens_per_month: 1_000_000,
      usd_per_day: USD / 4,
      usd_per_month: 5 * USD,
      max_concurrency: 5,
    },
    quotas: {
      max_collections: 1,
      max_vectors: 10_000,
      max_storage: GB / 10,
      max_agents: 1,
      max_products: 10,
      max_connections: 5,
    },
    policy: {
      ...WIDEST_POLICY,
      allowed_models: SMALL_MODELS,
      max_context_tokens: 8_000,
      max_output_tokens: 2_048,
    },
    features: {},
    retentionDays: 30,
  },
  starter: {
    limits: {
      ...NO_LIMITS,
      requests_per_minute: 30,
      tokens_per_day: 200_000,
      tokens_per_month: 4_000_000,
      usd_per_day: 2 * USD,
      usd_per_month: 40 * USD,
      max_concurrency: 10,
    },
    quotas: {
      max_collections: 5,
      max_vectors: 100_000,
      max_storage: GB,
      max_agents: 3,
      max_products: 50,
      max_connections: 20,
    },
    policy: { ...WIDEST_POLICY, max_context_tokens: 16_000, max_output_tokens: 4_096 },
    features: {},
    retentionDays: 60,
  },
  pro: {
    limits: {
      ...NO_LIMITS,
      requests_per_minute: 60,
      tokens_per_day: 500_000,
      tokens_per_month: 10_000_000,
      usd_per_day: 10 * USD,
      usd_per_month: 200 * USD,
      max_concurrency: 50,
    },
    quotas: {
      max_collections: 25,
      max_vectors: 1_000_000,
      max_storage: 20 * GB,
      max_agents: 10,
      max_products: 500,
      max_connections: 50,
    },
    policy: { ...WIDEST_POLICY, max_context_tokens: 32_000, max_output_tokens: 4_096 },
    features: {},
    retentionDays: 90,
  },
  enterprise: {
    limits: {
      ...NO_LIMITS,
      requests_per_minute: 600,
      tokens_per_day: 10_000_000,
      tokens_per_month: 200_000_000,
      usd_per_day: 500 * USD,
      usd_per_month: 10_000 * USD,
      max_concurrency: 500,
    },
    quotas: {
      max_collections: 200,
      max_vectors: 50_000_000,
      max_storage: 500 * GB,
      max_agents: 100,
      max_products: 10_000,
      max_connections: 1_000,
    },
    policy: { ...WIDEST_POLICY, max_context_tokens: 200_000 },
    features: {},
    retentionDays: 365,
  },
  unlimited: {
    limits: NO_LIMITS,
    quotas: {
      max_collections: null,
      max_vectors: null,
      max_storage: null,
      max_agents: null,
      max_products: null,
      max_connections: null,
    },
    policy: WIDEST_POLICY,
    features: {},
    retentionDays: 365,
  },
} as const satisfies Record<string, PlanTerms>
