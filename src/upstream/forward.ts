/**
 * Fifth stage: forwards the request with the upstream's credential, and tries again only while no
 * byte has been answered. An attempt that may have been billed is repeated only on an extended hold.
 * Provides the exchange; when there is none, everything held is given back before the refusal goes out.
 */
import type { Admitted } from '../admit/stage.ts'
import { type Clock, sleep } from '../clock.ts'
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import { NO_CHARGE, type Outcome } from '../ledger/entry.ts'
import type { Permitted } from '../policy/stage.ts'
import { Problem, statusOf } from '../problem/problem.ts'
import type { Stage } from '../stage.ts'
import { chargeForPart } from '../meter/charge.ts'
import { emptyUsage, type Usage } from '../price/usage.ts'
import type { Operation } from './adapter.ts'
import { attempt, type AttemptResult, type Fetch, parseReply } from './attempt.ts'
import { failureProblem, waitAsked } from './failure.ts'
import { upstreamHeaders } from './headers.ts'
import { isJsonObject, type Json, type JsonObject, writeJson } from './json.ts'
import { memberOf } from './json-read.ts'
import { answerModels, type ModelsDeps } from './models.ts'
import type { Routed } from './route.ts'
import type { Upstream } from './upstream.ts'

export type Exchange =
  | (Extract<AttemptResult, { kind: 'reply' }> & { readonly body: Json })
  | Extract<AttemptResult, { kind: 'stream' }>
  | { readonly kind: 'local'; readonly body: unknown }

export interface Forwarded {
  readonly exchange: Exchange
  /** Bytes sent upstream. */
  readonly bytesIn: number
}

export interface ForwardDeps extends ModelsDeps {
  readonly fetch: Fetch
  readonly clock: Clock
}

const FIRST_BACKOFF_MS = 250
/** A longer wait is the caller's to make, who can also turn elsewhere. */
const MAX_BACKOFF_MS = 2_000

type Needs = Inbound & Identified & Routed & Permitted & Admitted

export function forward(deps: ForwardDeps): Stage<Needs, Forwarded> {
  return {
    name: 'forward',
    async run(have) {
      const { call, admission, told, known } = have
      const startedAtMs = deps.clock.now()
      try {
        if (call.operation.kind === 'models') {
          const body = answerModels(deps, call, known.config.policy)
          return { exchange: { kind: 'local', body }, bytesIn: 0 }
        }
        return await exchangeWith(deps, have)
      } catch (error) {
        // Where the charge is already settled, that stands.
        void admission.settle(NO_CHARGE, failedOutcome(error, deps.clock.now() - have.startedAtMs))
        throw error
      } finally {
        told.upstreamMs += deps.clock.now() - startedAtMs
      }
    },
  }
}

async function exchangeWith(
  deps: ForwardDeps,
  { request, call, permit, admission, startedAtMs }: Needs,
): Promise<Forwarded> {
  const { upstream, operation } = call
  if (upstream.key === null) {
    throw new Problem('Misconfigured', `The upstream '${upstream.name}' has no credential here.`)
  }
  const body =
    call.body === null || call.model === null
      ? null
      : encode(
          operation.write(call.body, {
            model: call.model,
            outputCap: operation.kind === 'generate' ? admission.granted : null,
            systemPrompt: permit.systemPrompt,
          }),
        )
  const plan = {
    fetch: deps.fetch,
    clock: deps.clock,
    url: upstream.baseUrl + call.path,
    method: operation.method,
    headers: upstreamHeaders(upstream, request.headers, body !== null),
    body,
    stream: call.ask.stream,
    timeouts: upstream.settings.timeouts,
    lost: admission.lost,
  }
  // An SDK that is trying again by itself is not multiplied by tries of ours.
  const retries = isRepetition(request.headers) ? 0 : upstream.settings.retries
  for (let number = 1; ; number++) {
    const result = judged(operation, await attempt(plan))
    if (result.kind === 'reply' || result.kind === 'stream') {
      return { exchange: result, bytesIn: body?.byteLength ?? 0 }
    }
    const problem = failureProblem(upstream, result)
    if (result.kind === 'failed' && result.part !== null) {
      // It had begun to answer, so it has read the input, and will bill it with what it made. Were
      // that free, a tenant could run up the platform's bill past every budget. But of what the caller
      // never gets no more is charged than can be read in what came, as of a stream that breaks.
      const latencyMs = deps.clock.now() - startedAtMs
      const { charge, usage, modelServed } = chargeForPart(call, result.part)
      void admission.settle(charge, failedOutcome(problem, latencyMs, usage, modelServed))
      throw problem
    }
    const waitMs = number > retries ? null : backoff(upstream, result, number)
    if (waitMs === null) throw problem
    // An HTTP error is certainly unbilled. After a broken connection both attempts may be billed.
    if (result.kind === 'failed' && !(await admission.extend(number + 1))) throw problem
    await sleep(deps.clock, waitMs)
  }
}

type Judged =
  Exclude<Exchange, { kind: 'local' }> | Extract<AttemptResult, { kind: 'refused' | 'failed' }>

/**
 * What is generated is passed on only in a form that can be measured, or it would be free: HTML,
 * events that were not asked for, a coding that was not either, have no usage and no text to count.
 *
 * An error in a reply of success that tells neither its whole usage nor any text is a refusal, whatever its
 * status: nothing was made, no SDK would throw, and its words may be about the platform's account.
 */
function judged(operation: Operation, result: AttemptResult): Judged {
  if (result.kind !== 'reply') return result
  const body = parseReply(result.bytes)
  if (operation.kind === 'generate' && !isJsonObject(body)) {
    return { kind: 'failed', why: 'unreadable', part: result.bytes, cause: undefined }
  }
  const reply = { ...result, body }
  if (!memberOf(body, 'error')) return reply
  const { usage, untold } = operation.measure(body)
  const isAnswer = (usage !== null && untold === undefined) || operation.outputText(body) !== ''
  const { status, headers } = result.response
  return isAnswer ? reply : { kind: 'refused', status, headers, body }
}

/** The official SDKs of OpenAI and Anthropic count their own retries in this header. */
function isRepetition(headers: Headers): boolean {
  return Number(headers.get('x-stainless-retry-count') ?? 0) > 0
}

/** Once for all attempts. The platform's type leaves open whether its memory is shared; it is not. */
function encode(body: JsonObject): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(writeJson(body)) as Uint8Array<ArrayBuffer>
}

/** Milliseconds until the next attempt; null when another would be pointless or is the caller's to make. */
function backoff(
  { adapter }: Upstream,
  result: Extract<AttemptResult, { kind: 'refused' | 'failed' }>,
  number: number,
): number | null {
  const waitMs = FIRST_BACKOFF_MS * 2 ** (number - 1)
  if (result.kind === 'failed') return result.why === 'network' ? waitMs : null
  if (!adapter.isRetryable(result.status, result.body)) return null
  const asked = waitAsked(result.headers)
  if (asked === null) return waitMs
  return asked <= MAX_BACKOFF_MS ? asked : null
}

function failedOutcome(
  error: unknown,
  latencyMs: number,
  usage: Usage | null = null,
  modelServed: string | null = null,
): Outcome {
  const { cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens, reasoningTokens } =
    usage ?? emptyUsage()
  return {
    provenance: usage?.source ?? 'none',
    status: error instanceof Problem ? statusOf(error) : 500,
    ended: 'upstream_failed',
    modelServed,
    cacheReadTokens,
    cacheWriteTokens: cacheWrite5mTokens + cacheWrite1hTokens,
    reasoningTokens,
    latencyMs,
    bytesIn: 0,
    bytesOut: 0,
  }
}
