/**
 * Second stage: where to, and what is asked there? Finds upstream and operation, reads the body by
 * the operation's own strict rules, and names the model and its price. What it provides is all that
 * later stages know of the request; the raw body is not looked at again.
 */
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import type { Price } from '../price/price-table.ts'
import { matchesAnyGlob } from '../tenant/glob.ts'
import { Problem } from '../problem/problem.ts'
import type { Stage } from '../stage.ts'
import type { Ask, Operation } from './adapter.ts'
import { type JsonObject, parseJsonObject } from './json.ts'
import { matchOperation } from './path.ts'
import type { Upstream } from './upstream.ts'

export interface Call {
  readonly upstream: Upstream
  readonly operation: Operation
  /** Path and query below the upstream's base URL, built from the operation's template. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  /** null for operations without a body. */
  readonly body: JsonObject | null
  readonly ask: Ask
  /** null for operations without a model. */
  readonly model: string | null
  /** null for operations that cost nothing. */
  readonly price: Price | null
  /** What a model costs at this upstream, should it serve another than was asked for. */
  readonly priceOf: (model: string) => Price | null
}

export interface Routed {
  readonly call: Call
}

export interface RouteDeps {
  readonly upstreams: readonly Upstream[]
  readonly priceOf: (provider: string, model: string) => Price | null
}

const NOTHING_ASKED: Ask = {
  model: null,
  stream: false,
  outputCap: null,
  choices: 1,
  inputUpperTokens: 0,
  inputEstimateTokens: 0,
  audio: false,
  tools: [],
}

export function route(deps: RouteDeps): Stage<Inbound & Identified, Routed> {
  return {
    name: 'route',
    async run(inbound) {
      const { candidates, path, byModel } = faceOf(deps.upstreams, inbound)
      const first = candidates[0]
      if (first === undefined) throw notFound(inbound.url.pathname)
      const matched = matchOperation(
        first.adapter.operations,
        inbound.request.method,
        path,
        inbound.url.search,
      )
      if (!matched.ok) {
        switch (matched.reason) {
          case 'malformed':
            throw new Problem('MalformedRequest', matched.detail)
          case 'method_not_allowed':
            throw new Problem('MethodNotAllowed', `Use ${matched.allowed.join(' or ')} here.`, {
              allow: matched.allowed,
            })
          case 'not_found':
            throw notFound(inbound.url.pathname)
        }
      }
      const { operation, params } = matched
      const at = { operation, params, path: matched.path }
      if (operation.kind === 'models') {
        return {
          call: {
            ...at,
            upstream: first,
            body: null,
            ask: NOTHING_ASKED,
            model: null,
            price: null,
            priceOf: () => null,
          },
        }
      }

      const body = await readJson(inbound)
      const read = operation.read(body)
      if (!read.ok) {
        const { status, detail, param, details } = read.bad
        throw new Problem(status === 422 ? 'InvalidMember' : 'InvalidBody', detail, {
          ...(param === null ? {} : { param }),
          ...(details === undefined ? {} : { details }),
        })
      }
      const model = read.ask.model ?? inbound.known.config.policy.default_model
      if (model === null) {
        throw new Problem('InvalidBody', 'The body names no model.', { param: 'model' })
      }
      const upstream = byModel
        ? candidates.find(({ settings }) => matchesAnyGlob(settings.models, model))
        : first
      if (upstream === undefined) throw unknownModel(model)
      const priceOf = (name: string) => deps.priceOf(upstream.priceProvider, name)
      const price = priceOf(model)
      if (operation.kind !== 'free' && !isPriceFor(operation, price)) throw unknownModel(model)
      return { call: { ...at, upstream, body, ask: read.ask, model, price, priceOf } }
    },
  }
}

/** An embedding's price says nothing of output, which would be free by it. */
function isPriceFor({ kind }: Operation, price: Price | null): boolean {
  return price !== null && (kind !== 'generate' || price.kind === 'chat')
}

/** `/v1/...` is every upstream that speaks the caller's dialect; `/{upstream}/...` is that one. */
function faceOf(upstreams: readonly Upstream[], { url, dialect }: Inbound) {
  const path = url.pathname
  if (path.startsWith('/v1/')) {
    const candidates = upstreams.filter(({ adapter }) => adapter.dialect === dialect)
    return { candidates, path, byModel: true }
  }
  const slash = path.indexOf('/', 1)
  const name = slash < 0 ? path.slice(1) : path.slice(1, slash)
  const candidates = upstreams.filter((upstream) => upstream.name === name)
  return { candidates, path: slash < 0 ? '/' : path.slice(slash), byModel: false }
}

async function readJson(inbound: Inbound): Promise<JsonObject> {
  const parsed = parseJsonObject(await inbound.body())
  if (!parsed.ok) throw new Problem('InvalidBody', parsed.detail)
  return parsed.value
}

const notFound = (path: string) =>
  new Problem('NotFound', `There is no ${path.slice(0, 200)} here.`, {
    remedy: 'Chat is at /v1/chat/completions and /v1/messages; docs/data-plane.md lists the rest.',
  })

/** The same for a model that no upstream serves and for one without a price: it can't be had here. */
const unknownModel = (model: string) =>
  new Problem('ModelNotFound', `The model '${model.slice(0, 200)}' does not exist here.`, {
    param: 'model',
    remedy: 'GET /v1/models lists the models you may use.',
  })
