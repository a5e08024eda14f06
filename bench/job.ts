// What the load generator is told, and what it tells back.
import * as z from 'zod'

export const Job = z.strictObject({
  method: z.enum(['POST', 'PUT']),
  url: z.url(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  connections: z.int().min(1),
  seconds: z.number().positive(),
  /** An answer that is shorter, or ends otherwise, is an error, whatever its status. */
  expect: z.strictObject({ minBytes: z.int(), end: z.string() }),
})
export type Job = z.infer<typeof Job>

export const JobResult = z.strictObject({
  /** Whole and right answers. */
  answered: z.int(),
  /** How often each thing went wrong. */
  errors: z.record(z.string(), z.int()),
  perSecond: z.number(),
  /** Milliseconds from sending until the first byte of the body. */
  firstByteP50Ms: z.number(),
  firstByteP99Ms: z.number(),
  /** Milliseconds from sending until the end of the body. */
  p50Ms: z.number(),
  p99Ms: z.number(),
})
export type JobResult = z.infer<typeof JobResult>
