/** What every request has before the first stage: itself, its id, when and from where it came. */
import type { MeterReading } from './account/answers.ts'
import type { ErrorMembers, DialectName } from './problem/body.ts'
import { readBody, readBytes } from './input/body.ts'

/** What the caller will be told in headers; filled on the way, also told when the request is refused. */
export interface Told {
  meters: readonly MeterReading[]
  /** Set when a low budget lowered the output cap. */
  clampedTo: number | null
  /** What the tenant's prompt guard did, where it lets pass what it finds. */
  promptGuard: 'flagged' | 'redacted' | null
  /** Time spent waiting for the upstream, to tell the gateway's own apart. */
  upstreamMs: number
}

export interface Inbound {
  readonly request: Request
  readonly url: URL
  readonly requestId: string
  readonly startedAtMs: number
  readonly clientIp: string | null
  readonly dialect: DialectName
  readonly told: Told
  /** The whole body, read once however often the stages run. Throws Problem when it is too large or encoded. */
  readonly body: () => Promise<Uint8Array>
  /** The same, of whatever media type, where there may be none at all. */
  readonly bytes: () => Promise<Uint8Array>
  /** Keeps the isolate alive for work that goes on after the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void
  /** What makes an error one of the vector service that was asked; absent elsewhere. */
  readonly errorMembers?: ErrorMembers
}

export interface InboundOptions {
  readonly requestId: string
  readonly startedAtMs: number
  readonly clientIp: string | null
  readonly dialect: DialectName
  readonly maxBodyBytes: number
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly errorMembers?: ErrorMembers
}

export function openInbound(request: Request, options: InboundOptions): Inbound {
  let body: Promise<Uint8Array> | undefined
  return {
    request,
    url: new URL(request.url),
    requestId: options.requestId,
    startedAtMs: options.startedAtMs,
    clientIp: options.clientIp,
    dialect: options.dialect,
    told: { meters: [], clampedTo: null, promptGuard: null, upstreamMs: 0 },
    body: () => (body ??= readBody(request, options.maxBodyBytes)),
    bytes: () => (body ??= readBytes(request, options.maxBodyBytes)),
    waitUntil: options.waitUntil,
    ...(options.errorMembers === undefined ? {} : { errorMembers: options.errorMembers }),
  }
}
