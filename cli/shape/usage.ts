// What a tenant has used, and its ledger.
import * as z from 'zod'
import { Amount } from './tenant.ts'

const totals = {
  requests: z.number(),
  refused: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  total_tokens: z.number(),
  cost_usd: z.string(),
}
const Totals = z.looseObject(totals)
export type Totals = z.infer<typeof Totals>

/** What usage can be grouped by. */
export const DIMENSIONS = ['day', 'month', 'model', 'user', 'key'] as const
export type Dimension = (typeof DIMENSIONS)[number]

export const Group = z.looseObject({
  ...totals,
  /** Counted for the tenant as a whole: null in a group by name. */
  refused: z.number().nullable(),
  day: z.string().nullish(),
  month: z.string().nullish(),
  model: z.string().nullish(),
  user: z.string().nullish(),
  key: z.string().nullish(),
  /** All names beyond those that are kept apart. */
  other: z.boolean().optional(),
})
export type Group = z.infer<typeof Group>

export const Standing = z.looseObject({
  name: z.string(),
  scope: z.string().optional(),
  kind: z.string(),
  limit: Amount.nullable(),
  used: Amount,
  held: Amount,
  remaining: Amount.nullable(),
  resets_at: z.string().nullable(),
  high_water: z.number().nullable(),
})
export type Standing = z.infer<typeof Standing>

export const Usage = z.looseObject({
  tenant: z.string(),
  from: z.string(),
  to: z.string(),
  by: z.enum(DIMENSIONS),
  total: Totals,
  limits: z.array(Standing),
  groups: z.array(Group),
})
export type Usage = z.infer<typeof Usage>

/** As the ledger has it, and as it comes live. */
export const Entry = z.looseObject({
  seq: z.number().optional(),
  at: z.string().optional(),
  kind: z.string().optional(),
  reason: z.string().nullish(),
  /** Of a refusal: which limit refused. */
  limit: z.string().nullish(),
  count: z.number().optional(),
  actor: z.string().optional(),
  action: z.string().optional(),
  request_id: z.string().optional(),
  model: z.string().nullish(),
  user: z.string().nullish(),
  quota: z.string().optional(),
  acquired: z.number().optional(),
  released: z.number().optional(),
  expired: z.number().optional(),
  used: z.number().optional(),
  budget: z.string().optional(),
  /** Of a reset: amounts. Of a change: whatever has changed. */
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  total_tokens: z.number().optional(),
  cost_usd: z.string().optional(),
})
export type Entry = z.infer<typeof Entry>

export const LedgerPage = z.looseObject({
  entries: z.array(
    z.looseObject({ ...Entry.shape, seq: z.number(), at: z.string(), kind: z.string() }),
  ),
  /** Goes back as `after`; null: there are no more at present. */
  next_cursor: z.number().nullable(),
})

export const LimitAnswer = z.looseObject({
  limit: z.looseObject({ name: z.string(), used: Amount, limit: Amount.nullable() }),
})
