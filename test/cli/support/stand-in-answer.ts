// What the stand-in is sent, and what it says.
import type { IncomingHttpHeaders } from 'node:http'

export interface Received {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

export type Answer =
  | { readonly status: number; readonly json: unknown }
  | { readonly status: number; readonly text: string; readonly type: string }

export function problem(status: number, title: string, members: object = {}): Answer {
  const type = `urn:tollgate:problem:${title.toLowerCase().replaceAll(' ', '-')}`
  return { status, json: { type, title, status, ...members } }
}
