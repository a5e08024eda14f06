/**
 * A user inside a tenant: the `sub` of a token or the owner of a key. It becomes part of limit
 * and ledger names, so it must have one byte form: lone surrogates, which UTF-8 would fold into
 * one another, and control characters are refused.
 */
import * as z from 'zod'

export const UserId = z
  .string()
  .min(1)
  .max(256)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), {
    error: 'must be well-formed text without control characters',
  })
export type UserId = z.infer<typeof UserId>
