// What a hostile request is. Both tenants, `mallory` who sends it and `victim`, have a collection by the
// same logical name and an alias of it, with two-dimensional unnamed vectors (Dot). Each has a point,
// the sender's with a payload `n` that equals the id of the victim's, so that a lookup would find it.

/** The names and ids that the requests are made of, as the deployment under test makes them. */
export interface HostileContext {
  /** What stands before the service's own paths, such as `/qdrant`; empty when a host name decides. */
  readonly prefix: string
  /** The name that both tenants give to their collection. */
  readonly logical: string
  /** The names of the two collections at the service. */
  readonly physical: string
  readonly ownPhysical: string
  /** The name that both tenants give to their alias, and the victim's at the service. */
  readonly alias: string
  readonly physicalAlias: string
  /** As JSON: digits. */
  readonly victimPointId: string
  readonly ownPointId: string
  readonly victimTenant: string
}

export interface HostileRequest {
  /** The kind of attack. */
  readonly kind: string
  readonly title: string
  readonly method: string
  /** The request target, exactly as it is to be sent, one byte a character (latin1). */
  readonly target: string
  /**
   * Beside those that every request has (host, the sender's credential, content-type, content-length),
   * which are left out where they stand here too. In this order, repetitions included.
   */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Raw. With a `transfer-encoding` of its own it is already framed. */
  readonly body?: string | Uint8Array
  /**
   * `refused`: a status of 400 or above or no answer at all, and no effect. `own`: may be refused or may succeed, but reads
   * and changes nothing but what is the sender's. In both cases nothing of the victim's may show in
   * the answer: no data, no physical name, no difference.
   */
  readonly expect: 'refused' | 'own'
  /**
   * Requests of one probe must be answered alike, byte for byte, but for request ids and times, and
   * but for the name that was asked for where an answer repeats it.
   */
  readonly probe?: { readonly of: string; readonly name: string }
}

export type HostileClass = (context: HostileContext) => readonly HostileRequest[]

type Expect = HostileRequest['expect']

/** Shorthands for the requests of one kind against the sender's own collection. */
export function requests(kind: string, { prefix, logical }: HostileContext) {
  const own = `${prefix}/collections/${logical}`
  const make = (
    title: string,
    method: string,
    target: string,
    expect: Expect,
    more: Partial<HostileRequest> = {},
  ): HostileRequest => ({ kind, title, method, target, expect, ...more })
  return {
    own,
    make,
    get: (title: string, target: string, expect: Expect, more?: Partial<HostileRequest>) =>
      make(title, 'GET', target, expect, more),
    /** POST with a body to a path below the own collection. */
    post: (title: string, path: string, body: string, expect: Expect) =>
      make(title, 'POST', `${own}${path}`, expect, { body }),
    put: (title: string, path: string, body: string, expect: Expect) =>
      make(title, 'PUT', `${own}${path}`, expect, { body }),
  }
}

export const quoted = (text: string): string => JSON.stringify(text)
