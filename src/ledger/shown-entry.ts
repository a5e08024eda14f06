/** What answers hold of an entry of the ledger, one shape for each kind. The Worker takes only the type. */
import * as z from 'zod'
import { Time, Usd } from '../tenant/shown.ts'

const Amount = z.union([z.number(), Usd])
const entry = { seq: z.int().min(1), at: Time }

const Outcome = z
  .strictObject({
    provenance: z
      .enum(['provider', 'partial', 'estimated', 'hold_expired', 'none'])
      .describe('Where the figures come from.'),
    status: z.int(),
    ended: z.enum(['completed', 'client_left', 'upstream_failed', 'fenced', 'abandoned']),
    model_served: z.string().nullable(),
    cache_read_tokens: z.number(),
    cache_write_tokens: z.number(),
    reasoning_tokens: z.number(),
    latency_ms: z.number(),
    bytes_in: z.number(),
    bytes_out: z.number(),
  })
  .nullable()

export const ShownRequest = z.strictObject({
  ...entry,
  kind: z.enum(['settled', 'expired', 'late', 'hold_lost', 'abandoned', 'unresolved']),
  request_id: z.string(),
  hold_id: z.string(),
  upstream: z.string(),
  operation: z.string(),
  model: z.string().nullable(),
  user: z.string().nullable(),
  key_id: z.string().nullable(),
  price_version: z.string(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  total_tokens: z.number(),
  cost_usd: Usd.describe('Negative in a correction.'),
  overage: z
    .strictObject({ tokens: z.number(), cost_usd: Usd })
    .describe('Charged beyond what had been reserved.'),
  day_start: Time,
  month_start: Time,
  outcome: Outcome,
})
export type ShownRequest = z.infer<typeof ShownRequest>

export const ShownRefusal = z.strictObject({
  ...entry,
  kind: z.literal('refused'),
  reason: z.string(),
  limit: z
    .string()
    .nullable()
    .describe('Which limit refused, as the configuration calls it; `null` when none did.'),
  count: z.int(),
  minute: Time,
})

export const ShownControl = z.strictObject({
  ...entry,
  kind: z.literal('control'),
  actor: z.string(),
  action: z.string(),
  before: z.unknown(),
  after: z.unknown(),
})

export const ShownQuota = z.strictObject({
  ...entry,
  kind: z.literal('quota'),
  quota: z.string(),
  minute: Time,
  acquired: z.number(),
  released: z.number(),
  expired: z.number().describe('Given back because a lease had run out.'),
  used: z.number(),
})

export const ShownReset = z.strictObject({
  ...entry,
  kind: z.literal('reset'),
  actor: z.string(),
  budget: z.string(),
  period_start: Time,
  before: Amount,
  after: Amount,
  reason: z.string().nullable(),
})

export const ShownEntry = z.union([
  ShownRequest,
  ShownRefusal,
  ShownControl,
  ShownQuota,
  ShownReset,
])
export type ShownEntry = z.infer<typeof ShownEntry>

export const LedgerPage = z.strictObject({
  entries: z.array(ShownEntry),
  next_cursor: z.int().nullable().describe('For `after`; `null`: these were the last.'),
})
export type LedgerPage = z.infer<typeof LedgerPage>
