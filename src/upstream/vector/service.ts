/** One exchange with a vector service, as adapters ask for it and see its answer. */
import type { Json } from '../json.ts'

export interface ServiceRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Segments below the service's base URL, not encoded; none is empty, `.` or `..`. */
  readonly path: readonly string[]
  /** A list stands for as many members of that name. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: JsonRequestBody
  /** Whether it may change what the service holds. */
  readonly writes: boolean
  /** A part of it may have been done when the service refuses the rest: its refusal releases nothing. */
  readonly mayBePartial?: boolean
  /** Whether a failure on the service's side says that nothing was done, of what a write is answered. */
  readonly surelyRefused?: (body: Json | undefined) => boolean
}

/** `lines`: newline-delimited JSON, one line an item. */
export type JsonRequestBody = { readonly json: Json } | { readonly lines: readonly Json[] }

export interface ServiceReply {
  readonly status: number
  readonly ok: boolean
  /** Number tokens are verbatim; undefined when the body is empty or no JSON. */
  readonly body: Json | undefined
  readonly bytes: number
  readonly headers: Headers
}
