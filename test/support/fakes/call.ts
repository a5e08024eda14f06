// A call as `route` provides it, for the stages after it.
import { LlmUpstreamConfig } from '../../../src/config/gateway.ts'
import { priceBook } from '../../../src/price/price-book.ts'
import { adapterOf } from '../../../src/upstream/registry.ts'
import type { Ask } from '../../../src/upstream/adapter.ts'
import type { JsonObject } from '../../../src/upstream/json.ts'
import type { Call } from '../../../src/upstream/route.ts'
import type { Upstream } from '../../../src/upstream/upstream.ts'
import { MODEL } from './openai-wire.ts'

export const prices = priceBook(undefined)
export const UPSTREAM_KEY = 'sk-upstream-canary'

export type UpstreamChanges = Partial<Omit<LlmUpstreamConfig, 'timeouts'>> & {
  readonly name?: string
  readonly key?: string | null
  readonly timeouts?: Partial<LlmUpstreamConfig['timeouts']>
}

export function testUpstream(changes: UpstreamChanges = {}): Upstream {
  const { name = 'openai', key = UPSTREAM_KEY, ...config } = changes
  const settings = LlmUpstreamConfig.parse({
    kind: 'openai',
    base_url: 'https://api.upstream.test',
    models: ['*'],
    ...config,
  })
  const adapter = adapterOf(settings.kind)
  return {
    name,
    adapter,
    baseUrl: settings.base_url,
    key,
    settings,
    priceProvider: adapter.priceProvider,
  }
}

export interface CallChanges {
  readonly upstream?: Upstream
  readonly operation?: string
  readonly model?: string
  readonly body?: JsonObject
  readonly ask?: Partial<Ask>
  readonly params?: Readonly<Record<string, string>>
}

export function testCall(changes: CallChanges = {}): Call {
  const { upstream = testUpstream(), model = MODEL, params = {} } = changes
  const name = changes.operation ?? 'chat.completions'
  const operation = upstream.adapter.operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`no operation ${name}`)
  const priceOf = (served: string) => prices.priceOf(upstream.priceProvider, served)
  const body = changes.body ?? {
    model,
    messages: [{ role: 'user', content: 'hello' }],
    stream: true,
  }
  const ask: Ask = {
    model,
    stream: body['stream'] === true,
    outputCap: 100,
    choices: 1,
    inputUpperTokens: 40,
    inputEstimateTokens: 20,
    audio: false,
    tools: [],
    ...changes.ask,
  }
  const isList = operation.kind === 'models'
  return {
    upstream,
    operation,
    path: operation.path,
    params,
    body: isList ? null : body,
    ask,
    model: isList ? null : model,
    price: isList ? null : priceOf(model),
    priceOf,
  }
}
