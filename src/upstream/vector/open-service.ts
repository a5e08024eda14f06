/**
 * The way to a vector service for one request: builds each URL from segments, writes each body from
 * what was read, and keeps in mind whether a write may have been done though no answer came.
 */
import { type Attempt, attempt } from '../attempt.ts'
import { failedProblem } from '../failure.ts'
import { type Json, parseJson, writeJson } from '../json.ts'
import type { Place, Service } from './adapter.ts'
import type { JsonRequestBody, ServiceReply, ServiceRequest } from './service.ts'

export interface ServiceDeps extends Pick<Attempt, 'fetch' | 'clock' | 'lost' | 'timeouts'> {
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
  readonly places: () => Promise<readonly Place[]>
  /** Tells the operator of what should never be. */
  readonly alarm: Service['alarm']
}

export interface OpenedService {
  readonly service: Service
  readonly tally: ServiceTally
}

/** What the exchanges of one request have come to. */
export interface ServiceTally {
  bytesIn: number
  bytesOut: number
  upstreamMs: number
  /** A write was sent. */
  wrote: boolean
  /** A write was sent, and nobody knows what became of it. */
  unsure: boolean
}

/** Replies nest as deep as what clients have stored. */
const MAX_REPLY_DEPTH = 256

export function openService(deps: ServiceDeps): OpenedService {
  const tally: ServiceTally = {
    bytesIn: 0,
    bytesOut: 0,
    upstreamMs: 0,
    wrote: false,
    unsure: false,
  }
  const service: Service = {
    places: deps.places,
    alarm: deps.alarm,
    send: (request) => send(deps, tally, request),
  }
  return { service, tally }
}

async function send(
  { baseUrl, headers, fetch, clock, lost, timeouts }: ServiceDeps,
  tally: ServiceTally,
  request: ServiceRequest,
): Promise<ServiceReply> {
  const body = request.body === undefined ? null : encode(request.body)
  tally.bytesIn += body?.byteLength ?? 0
  if (request.writes) tally.wrote = true
  const startedAtMs = clock.now()
  const result = await attempt({
    fetch,
    clock,
    lost,
    url: urlOf(baseUrl, request),
    method: request.method,
    headers: {
      ...headers,
      accept: 'application/json',
      'accept-encoding': 'identity',
      ...(request.body === undefined ? {} : { 'content-type': contentType(request.body) }),
    },
    body,
    timeouts,
  })
  tally.upstreamMs += clock.now() - startedAtMs
  switch (result.kind) {
    case 'reply':
      tally.bytesOut += result.bytes.byteLength
      return {
        status: result.response.status,
        ok: true,
        body: parse(result.bytes),
        bytes: result.bytes.byteLength,
        headers: result.response.headers,
      }
    case 'refused': {
      const { status } = result
      // What fails on its side may have been done all the same.
      const mayBeDone = status >= 500 || status === 408 || request.mayBePartial === true
      const isSure = request.surelyRefused?.(result.body) === true
      if (request.writes && mayBeDone && !isSure) tally.unsure = true
      return { status, ok: false, body: result.body, bytes: 0, headers: result.headers }
    }
    case 'stream':
      void result.source.cancel()
      if (request.writes) tally.unsure = true
      return { status: 502, ok: false, body: undefined, bytes: 0, headers: result.response.headers }
    case 'failed':
      if (request.writes) tally.unsure = true
      throw failedProblem(result)
  }
}

function urlOf(baseUrl: string, { path, query }: ServiceRequest): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each): [string, string] => [name, each]),
  )
  const search = new URLSearchParams(pairs).toString()
  return `${baseUrl}/${path.map(segment).join('/')}${search === '' ? '' : `?${search}`}`
}

function segment(text: string): string {
  // Such a segment would climb, whatever is done about its encoding.
  if (text === '' || text === '.' || text === '..')
    throw new RangeError('a path with no such segment')
  return encodeURIComponent(text)
}

function encode(body: JsonRequestBody): Uint8Array<ArrayBuffer> {
  const text = 'json' in body ? writeJson(body.json) : body.lines.map(writeJson).join('\n')
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>
}

function contentType(body: JsonRequestBody): string {
  return 'json' in body ? 'application/json' : 'application/x-ndjson'
}

function parse(bytes: Uint8Array): Json | undefined {
  const limits = {
    numbers: 'verbatim',
    maxDepth: MAX_REPLY_DEPTH,
    parts: { left: Infinity },
  } as const
  const parsed = parseJson(bytes, limits)
  return parsed.ok ? parsed.value : undefined
}
