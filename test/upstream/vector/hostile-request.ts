// One request that one tenant (`mallory`) sends to get at another (`victim`), and what may come of it.
// They are data, written to a socket as they stand: a client library would mend or refuse many.
import { Buffer } from 'node:buffer'

export interface HostileRequest {
  /** Unique among those of a service. */
  readonly title: string
  readonly method: string
  /** The request-target as it goes on the request line, not normalised. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /**
   * `refused`: a 4xx, and no call upstream. `own`: refused too, or done in mallory's own namespace
   * alone. Never is anything of the victim's told or changed, its names and counts included.
   */
  readonly expect: 'refused' | 'own'
}

type More = Pick<HostileRequest, 'headers'> & { readonly body?: unknown }

export function refused(title: string, method: string, target: string, more: More = {}) {
  return hostile('refused', title, method, target, more)
}

export function own(title: string, method: string, target: string, more: More = {}) {
  return hostile('own', title, method, target, more)
}

/** A body that is no string is written as JSON. */
function hostile(
  expect: HostileRequest['expect'],
  title: string,
  method: string,
  target: string,
  { headers, body }: More,
): HostileRequest {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  return {
    title,
    method,
    target,
    ...(headers === undefined ? {} : { headers }),
    ...(text === undefined ? {} : { body: text }),
    expect,
  }
}

/** The bytes of the request; the target as latin1, the body as UTF-8. */
export function requestBytes(
  { method, target, headers, body = '' }: HostileRequest,
  host: string,
  credential: Readonly<Record<string, string>>,
): Buffer {
  const lines = {
    host,
    connection: 'close',
    'content-type': 'application/json',
    'content-length': `${Buffer.byteLength(body)}`,
    ...credential,
    ...headers,
  }
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`)
  const start = Buffer.from(`${method} ${target} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1')
  return Buffer.concat([start, Buffer.from(body)])
}
