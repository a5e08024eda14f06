/**
 * Objects of input that refuse members they do not know, and say which ones they do. Whoever
 * misspells a limit must learn of it, not run without the limit.
 */
import * as z from 'zod'

/** As `z.strictObject`, with a message that lists what is allowed. */
export function closedObject<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is not a member here; allowed are ${Object.keys(shape).join(', ')}`
        : undefined,
  })
}
