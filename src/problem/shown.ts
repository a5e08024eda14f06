/** The members of a problem as the wire has them. The Worker takes only the type. */
import * as z from 'zod'
import { PROBLEM_CODES } from './catalog.ts'

const Amount = z.union([z.number(), z.string()])

/** RFC 9457. */
export const ProblemBody = z.strictObject({
  type: z.string().describe('`urn:tollgate:problem:` and the code in kebab case.'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().optional().describe('The path, without its query.'),
  code: z.enum(PROBLEM_CODES),
  request_id: z.string(),
  retryable: z.boolean().describe('Whether the same request may succeed later.'),
  retry_after: z.int().optional().describe('Seconds.'),
  limit: z.string().optional().describe('Name of the limit.'),
  scope: z.string().optional().describe('Whose limit it is, or the scope that is missing.'),
  used: Amount.optional(),
  max: Amount.optional(),
  resets_at: z.iso.datetime().optional(),
  remedy: z.string().optional().describe('What to do about it.'),
  param: z.string().optional().describe('The member that is wrong.'),
  allow: z.array(z.string()).readonly().optional().describe('The methods that there are.'),
  errors: z
    .array(z.strictObject({ member: z.string(), message: z.string() }).readonly())
    .readonly()
    .optional()
    .describe('Each wrong member by its path, and why.'),
  'violated-policies': z.array(z.string()).optional(),
})
export type ProblemBody = z.infer<typeof ProblemBody>
