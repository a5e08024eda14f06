/** A configured upstream, ready for use: its adapter, address, credential and settings. */
import type { Adapter } from './adapter.ts'
import type { LlmUpstreamConfig } from '../config/gateway.ts'

export interface Upstream {
  readonly name: string
  readonly adapter: Adapter
  /** What stands before `/v1/...`, without a slash at the end. */
  readonly baseUrl: string
  /** null: the binding is missing; asked for only when a request goes there. */
  readonly key: string | null
  readonly settings: LlmUpstreamConfig
  readonly priceProvider: string
}
