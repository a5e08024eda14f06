/** `limit` in the query of every listing. */
import * as z from 'zod'

const MAX = 500
const DEFAULT = 100

export const PageSize = z
  .string()
  .regex(/^[1-9][0-9]{0,2}$/, `must be a whole number from 1 to ${MAX}`)
  .transform(Number)
  .refine((size) => size <= MAX, { error: `must be a whole number from 1 to ${MAX}` })
  .default(DEFAULT)
