/**
 * A tenant's configuration as the account stores it: the plan's name, the overrides the platform
 * made, and the limits and policy that result. Only the result is read on the way of a request.
 */
import * as z from 'zod'
import { UserId } from '../identify/user-id.ts'
import { TenantId } from './slug.ts'

export const TenantStatus = z.enum(['PROVISIONING', 'ACTIVE', 'SUSPENDED', 'ARCHIVED'])
export type TenantStatus = z.infer<typeof TenantStatus>

const count = z.int().min(0)
const limit = count.nullable()

/** Amounts of USD are integer nano-USD here; the wire carries decimals. `null` is unlimited, 0 denies all. */
export const Limits = z.strictObject({
  requests_per_second: limit,
  requests_per_minute: limit,
  requests_per_hour: limit,
  tokens_per_minute: limit,
  user_requests_per_minute: limit,
  key_requests_per_minute: limit,
  tokens_per_day: limit,
  tokens_per_month: limit,
  usd_per_day: limit,
  usd_per_month: limit,
  max_concurrency: limit,
})
export type Limits = z.infer<typeof Limits>
export type LimitName = keyof Limits

/** Limits of one user in the place of the tenant's default for all; absent is that default. */
export const UserLimits = z
  .strictObject({
    requests_per_second: limit,
    requests_per_minute: limit,
    requests_per_hour: limit,
    tokens_per_minute: limit,
  })
  .partial()
export type UserLimits = z.infer<typeof UserLimits>

/** The configuration is read whole wherever it is read, so it must stay small. */
export const MAX_USERS = 200

const UserOverride = z.strictObject({ id: UserId, limits: UserLimits })

const LowBudget = z.enum(['refuse', 'clamp'])

/** What happens to a request in which a user sends a well-known injection phrase. */
export const PromptGuard = z.enum(['off', 'flag', 'redact', 'block'])
export type PromptGuard = z.infer<typeof PromptGuard>

/** Neither blank nor with half a character: an upstream would refuse every request that carries it. */
const SystemPrompt = z
  .string()
  .min(1)
  .max(32_000)
  .refine((text) => text.trim() !== '' && text.isWellFormed(), {
    error: 'must be well-formed text that is not blank',
  })

export const Policy = z.strictObject({
  /** Globs over model names; `*` stands for any run of characters. */
  allowed_models: z.array(z.string().min(1).max(200)).max(200),
  default_model: z.string().min(1).max(200).nullable(),
  /** Names of function tools a request may declare; null allows any. */
  allowed_tools: z.array(z.string().min(1).max(200)).max(200).nullable(),
  max_context_tokens: z.int().min(1).nullable(),
  /** The highest output cap a request may ask for, and the one injected when it names none. */
  max_output_tokens: z.int().min(1).max(1_000_000),
  /** The tenant's own instructions, which go before those of the client in every conversation. */
  system_prompt: SystemPrompt.nullable(),
  prompt_guard: PromptGuard,
  low_budget: LowBudget,
})
export type Policy = z.infer<typeof Policy>

/** What a tenant changes of its plan. An absent member is the plan's. */
export const Overrides = z.strictObject({
  limits: Limits.partial(),
  quotas: z.record(z.string(), limit),
  policy: Policy.partial(),
})
export type Overrides = z.infer<typeof Overrides>

/** Switches and figures of the platform's own: shown to the tenant, read by no rule of the gateway. */
export const Features = z.record(z.string(), z.union([z.boolean(), z.number(), z.string()]))
export type Features = z.infer<typeof Features>

export const RetentionDays = z.int().min(1).max(3650)

export const TenantConfig = z.strictObject({
  tenant: TenantId,
  name: z.string().min(1).max(200),
  status: TenantStatus,
  plan: z.string(),
  /** Of the plan as it was when the limits below were resolved. */
  plan_version: z.int().min(0),
  /** IANA name; days and months are cut in it. */
  timezone: z.string(),
  overrides: Overrides,
  limits: Limits,
  quotas: z.record(z.string(), limit),
  policy: Policy,
  features: Features,
  /** Users with limits of their own; the others have the tenant's default. */
  users: z.array(UserOverride).max(MAX_USERS).optional(),
  /** The cluster that the tenant lives on, by vector upstream; absent where there is but one. */
  placements: z.record(z.string(), z.string()).optional(),
  retention_days: RetentionDays,
  metadata: z.record(z.string(), z.unknown()),
  created_at_ms: z.int(),
  /** null unless it is ARCHIVED. */
  archived_at_ms: z.int().nullable(),
})
export type TenantConfig = z.infer<typeof TenantConfig>
