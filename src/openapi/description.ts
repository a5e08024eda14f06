/**
 * What the reference says of one route, beside what its table of routes says: the very schemas that
 * the handler reads by, and those that its answers are typed by. None of it is in the Worker; the
 * build makes the document of it.
 */
import type * as z from 'zod'
import type { ProblemCode } from '../problem/catalog.ts'

/** In the order in which the page has them. */
export const TAGS = {
  Tenants: 'Customers: made, changed, suspended, archived, erased.',
  Keys: 'API keys of a tenant. A key is shown once.',
  Users: 'Limits of single users of a tenant.',
  Reports: 'What a tenant has used, where its limits stand, and its ledger.',
  Plans: 'Defaults that a name stands for, and the jobs that carry their changes to every tenant.',
  'Own view': 'A tenant’s own view of itself. The tenant is the credential’s.',
  Operation: 'Is it alive, is it ready, and how is it used?',
  'Data plane': 'Requests that are forwarded: bodies and answers are the provider’s own.',
  'Vector services':
    'Requests to vector services, by the API that the upstream speaks, below its name: `docs/vector.md` tells what is refused, and how clients are set up. Bodies and answers are the service’s own, in the tenant’s own names. Scope `vectors`; a suspended tenant may read.',
} as const
export type Tag = keyof typeof TAGS

/** Whose credential opens a route; none: anyone’s. */
export type Access = 'admin' | 'tenant' | 'anyone'

export type RequestHeader = 'If-Match' | 'Idempotency-Key' | 'Last-Event-ID' | 'If-None-Match'

export interface Body {
  readonly schema: z.ZodType
  /** A request without a body stands for `{}`. */
  readonly optional: boolean
  readonly example: unknown
}

export interface Answer {
  readonly description: string
  /** Of a JSON body; of one event where `media` is that of event streams. */
  readonly schema?: z.ZodType
  /** The media type, where it is not JSON; none of both: no body. */
  readonly media?: string
  /** Further media types, of which nothing more is said. */
  readonly also?: readonly string[]
  readonly headers?: readonly ('ETag' | 'Location' | 'Idempotent-Replayed')[]
}

export interface Description<Param extends string = string> {
  readonly id: string
  readonly tag: Tag
  readonly summary: string
  readonly detail?: string
  readonly params: Readonly<Record<Param, z.ZodType>>
  readonly query?: z.ZodObject<Readonly<Record<string, z.ZodType>>>
  readonly headers?: readonly RequestHeader[]
  readonly body?: Body
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>
  /** Those that every route of its surface can have are not named again. */
  readonly problems: readonly ProblemCode[]
}

type ParamNames<Path> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** A description for each route of a table, with each parameter of its path, and no other. */
export type Descriptions<Table> = {
  readonly [Route in keyof Table & string]: Description<ParamNames<Route>>
}

/** A body that must be there. */
export function body<Schema extends z.ZodType>(schema: Schema, example: z.input<Schema>): Body {
  return { schema, optional: false, example }
}

export function optionalBody<Schema extends z.ZodType>(
  schema: Schema,
  example: z.input<Schema>,
): Body {
  return { schema, optional: true, example }
}
