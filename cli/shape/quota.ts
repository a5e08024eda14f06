// Levels: quotas of a tenant, and the limits of one of its users.
import * as z from 'zod'
import { Amount, Limits } from './tenant.ts'

export const Quota = z.looseObject({
  name: z.string(),
  used: z.number(),
  /** null: unlimited. */
  max: z.number().nullable(),
  remaining: z.number().nullable(),
  high_water: z.number().nullable(),
})
export type Quota = z.infer<typeof Quota>

export const QuotasAnswer = z.looseObject({ quotas: z.array(Quota) })
/** `GET /tenant/quotas/{name}`: the list, with that one alone in it. */
export const QuotaCheck = z.looseObject({
  quotas: z.tuple([Quota], Quota),
  allowed: z.boolean().optional(),
})
/** What a recount has made of each place on vector services, and the quotas after it. */
export const RecountAnswer = z.looseObject({
  places: z.array(z.looseObject({ place: z.string(), result: z.string() })),
  quotas: z.array(Quota),
})
export type RecountAnswer = z.infer<typeof RecountAnswer>

export const QuotaAnswer = z.looseObject({ quota: Quota })
export const AcquisitionAnswer = z.looseObject({
  acquisition: z.looseObject({
    id: z.string(),
    amount: z.number(),
    expires_at: z.string().nullable(),
  }),
  quota: Quota,
})

export const User = z.looseObject({
  id: z.string(),
  limits: Limits,
  current: z.array(
    z.looseObject({
      name: z.string(),
      used: Amount,
      limit: Amount.nullish(),
      remaining: Amount.nullish(),
      resets_at: z.string().nullish(),
    }),
  ),
})
export type User = z.infer<typeof User>
export const UserAnswer = z.looseObject({ user: User })
export const UsersAnswer = z.looseObject({ users: z.array(User) })
