/** The query of a URL against a schema: each name at most once, no unknown ones, else 422. */
import type * as z from 'zod'
import { invalidInput } from './invalid-input.ts'
import { Problem } from '../problem/problem.ts'

export function readQuery<Schema extends z.ZodType>(
  schema: Schema,
  query: URLSearchParams,
): z.output<Schema> {
  const names = [...query.keys()]
  const repeated = names.find((name, at) => names.indexOf(name) !== at)
  if (repeated !== undefined) {
    const member = repeated.slice(0, 100)
    throw new Problem('InvalidMember', `${member}: stands more than once in the query`, {
      param: member,
    })
  }
  const parsed = schema.safeParse(Object.fromEntries(query))
  if (!parsed.success) throw invalidInput(parsed.error)
  return parsed.data
}
