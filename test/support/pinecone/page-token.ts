// Pagination tokens are opaque to clients, but they say whose list it is: a token made in one
// namespace goes on with that namespace's list whatever the request names. That is the trap.
import { Buffer } from 'node:buffer'
import * as z from 'zod'
import { refuse } from './errors.ts'

const Place = z.object({ namespace: z.string(), prefix: z.string(), after: z.string() })
export type Place = z.infer<typeof Place>

export function writeToken(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64')
}

export function readToken(token: string): Place {
  try {
    return Place.parse(JSON.parse(Buffer.from(token, 'base64').toString('utf8')))
  } catch {
    return refuse(3, 'Invalid pagination token')
  }
}

export interface Page {
  /** Whose members are listed, which the token may have decided. */
  readonly namespace: string
  readonly members: readonly string[]
  /** Absent on the last page. */
  readonly pagination?: { readonly next: string }
}

/** The next `limit` of the names in bytewise order. */
export function takePage(
  asked: { readonly namespace: string; readonly prefix: string; readonly limit: number },
  token: string | null | undefined,
  membersOf: (namespace: string) => Iterable<string>,
): Page {
  const place = token ? readToken(token) : { ...asked, after: '' }
  const { namespace, prefix, after } = place
  const all = [...membersOf(namespace)].filter((name) => name.startsWith(prefix)).sort()
  const rest = all.filter((name) => name > after)
  const members = rest.slice(0, asked.limit)
  if (rest.length <= asked.limit) return { namespace, members }
  const next = writeToken({ namespace, prefix, after: members.at(-1) ?? '' })
  return { namespace, members, pagination: { next } }
}
