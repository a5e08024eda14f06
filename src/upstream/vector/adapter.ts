/**
 * What the pipeline knows of a vector service's API: operations as data, each with a strict reading
 * that gives a plan. A plan names what it reserves and does its exchanges through a port: no fetch,
 * no clock and no store here. What no operation offers is refused.
 */
import type { JsonRequestBody, ServiceReply, ServiceRequest } from './service.ts'
import type { VectorUpstreamConfig } from '../../config/gateway.ts'
import type { StockDemand, StockVerdict } from '../../account/stock-commands.ts'
import type { BadInput } from '../adapter.ts'
import type { ErrorMembers } from '../../problem/body.ts'
import type { Json } from '../json.ts'
import type { TenantSpace } from './tenant-space.ts'

export interface VectorAdapter {
  readonly kind: VectorKind
  readonly operations: readonly VectorOperation[]
  /** Headers that carry the service's credential and fixed protocol versions. */
  credentialHeaders(key: string): Readonly<Record<string, string>>
  /** What makes a problem body an error that the official client reads as one. */
  readonly errorMembers: ErrorMembers
  readonly keeping: Housekeeping
}

export type VectorKind = VectorUpstreamConfig['kind']

export interface VectorOperation {
  /** Stable name, `points.upsert`; goes into the ledger, and may have a weight in the configuration. */
  readonly name: string
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Literal path below the mount, with `{param}` segments; each is one decoded segment, not empty. */
  readonly path: string
  /** What a SUSPENDED tenant may: stated here, since some services write by GET and read by POST. */
  readonly access: 'read' | 'write'
  /** Query members that may stand there, once each, with what they may hold. Any other is refused. */
  readonly query?: Readonly<Record<string, RegExp>>
  /** The same for members that may stand there several times. */
  readonly repeatedQuery?: Readonly<Record<string, RegExp>>
  /**
   * `optional`: a JSON body or none. `lines`: newline-delimited JSON, given as an array. A body where
   * there is none to be is refused.
   */
  readonly body: 'none' | 'json' | 'optional' | 'lines'
  /** Reads the whole request; never throws for what a client can send. */
  read(request: VectorRequest): VectorRead | Promise<VectorRead>
}

export interface VectorRequest {
  /** Decoded, without the characters that some reader takes for a separator (`/ \ % NUL`). */
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Of what may be repeated, in the order in which it stands there; [] where it does not. */
  readonly repeatedQuery: Readonly<Record<string, readonly string[]>>
  /** Number tokens are verbatim: see `json.ts`. undefined: there is none. */
  readonly body: Json | undefined
  readonly space: TenantSpace
  /** Bytes of the body as it came, an upper bound of what it stores. */
  readonly bodyBytes: number
  /** Where the client sees this upstream: `https://host/qdrant`, or `https://host` by host name. */
  readonly mountUrl: string
  readonly settings: VectorSettings
}

/** What the operator declares for a kind; each adapter reads its own. */
export type VectorSettings = Pick<VectorUpstreamConfig, 'classes' | 'chroma_tenant' | 'index'>

export type VectorRead =
  | { readonly ok: true; readonly plan: VectorPlan }
  | { readonly ok: false; readonly bad: BadInput }
  /** A handle or name that is not one of the tenant's own: 404, and nothing is asked of the service. */
  | { readonly ok: false; readonly bad: 'not_found' }

export interface VectorPlan {
  /** How many requests it counts as under rates: searches of a batch. Whole, at least 1. */
  readonly units: number
  /** Reserved in the same step as the admission; empty where nothing grows. */
  readonly stock: readonly StockDemand[]
  /**
   * The demands where they are known only after asking the service, such as how many points a filter
   * matches. Asked before the admission, and taken in the place of `stock`. Throws Problem.
   */
  readonly measure?: (service: Service) => Promise<readonly StockDemand[]>
  /**
   * Asked where a quota has no room for the upper bound: what is really added, such as the ids alone
   * that are not there yet.
   */
  measureAgain?(service: Service): Promise<readonly StockDemand[]>
  /** What helps when a place is not known: the remedy of that 404. */
  readonly whenUnknown?: string
  /** Done in its place when a quota leaves no room: what of it needs none (get of a get-or-create). */
  readonly whenFull?: VectorPlan
  /** Places whose true figures this may have changed; they are counted again afterwards. */
  readonly recount: readonly string[]
  /** Throws Problem: what the service refused, or that it failed. */
  run(service: Service): Promise<VectorAnswer>
}

export interface VectorAnswer {
  readonly status: number
  /** undefined: an answer without a body. */
  readonly body: Json | undefined
  /** What has become of the reservation; of no meaning where none was made. */
  readonly stock: StockVerdict
}

/** The way to the service, under the request's deadline, hold and credential. */
export interface Service {
  /**
   * One exchange. Resolves with whatever status the service answers; throws Problem when it gives no
   * whole answer. A request that `writes` and then fails leaves the reservation as it is until a recount.
   */
  send(request: ServiceRequest): Promise<ServiceReply>
  /** A security event for the operator's log: what should never be, whatever a client sends. */
  alarm(event: string, about: Readonly<Record<string, string | number>>): void
  /** What the tenant's account knows of its places here, by name. A store call. */
  places(): Promise<readonly Place[]>
}

/** A collection, a namespace, a database: what holds vectors of this tenant on this upstream. */
export interface Place {
  readonly name: string
  readonly vectors: number
  readonly bytes: number
  /** What the adapter wrote down when it was made; null for nothing. */
  readonly note: string | null
}

export interface Counted {
  /** How many collections this place stands for; 1 where a place is a collection. */
  readonly collections: number
  readonly vectors: number
}

/** What the gateway does by itself, for one tenant at one upstream. Each may be repeated. */
export interface Housekeeping {
  /** At provisioning, and again where a request finds that it is missing. */
  prepare(service: Service, request: KeepingContext): Promise<void>
  /** The exact figures of a place; null when there is none of this name any more. */
  count(service: Service, place: string, request: KeepingContext): Promise<Counted | null>
  /** The tenant's places by the service's own listing, not by what the account says. */
  list(service: Service, request: KeepingContext): Promise<readonly string[]>
  /** Removes a place with all that is in it; what is not there is as good as removed. */
  drop(service: Service, place: string, request: KeepingContext): Promise<void>
  /** Set where a write may not be in the service's figures yet when it is answered. */
  readonly countsLate?: true
  /** What `max_physical` of a cluster counts: places, or what holds all places of one tenant. */
  readonly physicalUnit: 'place' | 'tenant'
  /** How many of those there are, of all tenants together. */
  countPhysical(service: Service, request: KeepingContext): Promise<number>
  /** What an erasure leaves for the operator to purge, in words for a receipt. */
  readonly remaining: readonly string[]
}

export interface KeepingContext {
  readonly space: TenantSpace
  readonly settings: VectorSettings
}

export type { JsonRequestBody, ServiceReply, ServiceRequest }
