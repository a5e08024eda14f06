/** One scope of a key or token: a scope-token of RFC 6749 section 3.3, of bounded length. */
import * as z from 'zod'

export const Scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/, 'must be 1 to 128 visible characters, no " or \\')
export type Scope = z.infer<typeof Scope>
