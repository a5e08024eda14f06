/** What answers hold of usage, of limits and of the ledger. The Worker takes only the types. */
import * as z from 'zod'
import { Time, Usd } from '../tenant/shown.ts'
import { GROUPINGS } from './report-query.ts'

const Amount = z.union([z.number(), Usd]).describe('A whole number, or decimal USD.')
const Count = z.int()

export const LimitStanding = z.strictObject({
  name: z.string(),
  scope: z.enum(['tenant', 'user', 'key']),
  kind: z.enum(['rate', 'budget', 'quota']),
  limit: Amount.nullable().describe('`null`: unlimited, counted all the same.'),
  used: Amount,
  held: Amount.describe('Reserved by requests under way.'),
  remaining: Amount.nullable(),
  utilization_pct: z
    .number()
    .nullable()
    .describe('Used and held, of the limit, in percent with one decimal.'),
  resets_at: Time.nullable(),
  high_water: z
    .number()
    .nullable()
    .describe('Kept for levels only; `null` for what empties by itself.'),
})
export type LimitStanding = z.infer<typeof LimitStanding>

const Milliseconds = z.number().nullable()

export const UsageFigures = z.strictObject({
  requests: Count,
  refused: Count.nullable().describe(
    'Counted for the tenant as a whole: `null` in groups by name.',
  ),
  input_tokens: Count,
  output_tokens: Count,
  total_tokens: Count,
  cached_tokens: Count.describe('Of the input, what the provider read from its cache.'),
  cost_usd: Usd,
  bytes_in: Count,
  bytes_out: Count,
  latency_ms: z
    .strictObject({ p50: Milliseconds, p95: Milliseconds, p99: Milliseconds })
    .describe('`null` without a request whose end was seen. Within 6.25 %.'),
})
export type UsageFigures = z.infer<typeof UsageFigures>

const Name = z.string().nullable().optional()

export const UsageGroup = z.strictObject({
  day: z.iso.date().optional(),
  month: z.string().optional(),
  model: Name,
  user: Name,
  key: Name,
  other: z
    .literal(true)
    .optional()
    .describe('All names beyond the thousand that a day keeps, together.'),
  ...UsageFigures.shape,
})
export type UsageGroup = z.infer<typeof UsageGroup>

export const UsageReport = z.strictObject({
  tenant: z.string(),
  from: z.iso.date(),
  to: z.iso.date(),
  by: z.enum(GROUPINGS),
  total: UsageFigures,
  limits: z.array(LimitStanding),
  groups: z.array(UsageGroup),
})
export type UsageReport = z.infer<typeof UsageReport>
