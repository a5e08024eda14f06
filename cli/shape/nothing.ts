// An answer without a body that matters: 204, or a 200 that says no more than its status.
import * as z from 'zod'

export const Nothing = z.unknown().transform(() => null)
