/**
 * Last stage: what did it take? Measures the answer while it passes, settles once, whatever ends it,
 * and makes the response that the caller gets.
 */
import { afterCharge } from '../admit/after-charge.ts'
import type { Admitted } from '../admit/stage.ts'
import type { Clock } from '../clock.ts'
import type { Inbound } from '../inbound.ts'
import { NO_CHARGE } from '../ledger/entry.ts'
import type { Stage } from '../stage.ts'
import type { Measured } from '../upstream/adapter.ts'
import type { Exchange, Forwarded } from '../upstream/forward.ts'
import { clientHeaders } from '../upstream/headers.ts'
import { isJsonObject } from '../upstream/json.ts'
import type { Routed } from '../upstream/route.ts'
import { chargeFor, chargeForSent } from './charge.ts'
import { USAGE_HEADER, usageNote } from './note.ts'
import { meterStream, type Settle } from './stream.ts'

export interface Answered {
  readonly response: Response
}

type Needs = Inbound & Routed & Admitted & Forwarded

export function meter(deps: { readonly clock: Clock }): Stage<Needs, Answered> {
  return {
    name: 'meter',
    async run(have) {
      const { exchange } = have
      const settle = settler(deps, have)
      try {
        switch (exchange.kind) {
          case 'local':
            settle(null, 'completed', 0, null)
            return { response: Response.json(exchange.body) }
          case 'reply':
            return { response: answerWhole(have, exchange, settle) }
          case 'stream':
            return { response: answerStream(deps, have, exchange, settle) }
        }
      } catch (error) {
        // A fault of ours: the upstream has answered, and will bill what it was sent.
        settle(chargeForSent(have.call), 'upstream_failed', 0, null)
        if (exchange.kind === 'stream') void exchange.source.cancel()
        throw error
      }
    },
  }
}

function settler({ clock }: { readonly clock: Clock }, have: Needs): Settle {
  const { admission, bytesIn, exchange, startedAtMs } = have
  return (priced, ended, bytesOut, modelServed) => {
    const usage = priced?.usage
    void admission.settle(priced?.charge ?? NO_CHARGE, {
      provenance: usage?.source ?? 'none',
      status: exchange.kind === 'local' ? 200 : exchange.response.status,
      ended,
      modelServed,
      cacheReadTokens: usage?.cacheReadTokens ?? 0,
      cacheWriteTokens: (usage?.cacheWrite5mTokens ?? 0) + (usage?.cacheWrite1hTokens ?? 0),
      reasoningTokens: usage?.reasoningTokens ?? 0,
      latencyMs: clock.now() - startedAtMs,
      bytesIn,
      bytesOut,
    })
  }
}

function answerWhole(
  have: Needs,
  { response, bytes, body }: Extract<Exchange, { kind: 'reply' }>,
  settle: Settle,
): Response {
  const { call, admission, told } = have
  const headers: Record<string, string> = clientHeaders(response.headers)
  // By what it is: SDKs read an answer by its type, and it was measured as this.
  if (isJsonObject(body)) headers['content-type'] = 'application/json'
  if (call.price === null || call.operation.kind === 'free') {
    settle(null, 'completed', bytes.byteLength, null)
  } else {
    // What is not JSON tells nothing of its usage, which is then estimated.
    const measured: Measured = call.operation.measure(body)
    const text = () => call.operation.outputText(body)
    const priced = chargeFor(call, { ...measured, text, whole: true })
    settle(priced, 'completed', bytes.byteLength, measured.modelServed)
    told.meters = afterCharge(told.meters, admission.demands, admission.granted, priced.charge)
    headers[USAGE_HEADER] = JSON.stringify(usageNote(priced, told.meters))
  }
  const mayHaveBody = !NO_BODY.includes(response.status)
  return new Response(mayHaveBody ? bytes : null, { status: response.status, headers })
}

/** The 2xx statuses with which a Response refuses a body (Fetch, "null body status"). */
const NO_BODY = [204, 205]

function answerStream(
  { clock }: { readonly clock: Clock },
  have: Needs,
  exchange: Extract<Exchange, { kind: 'stream' }>,
  settle: Settle,
): Response {
  const { request, call, admission, dialect, requestId, told, waitUntil } = have
  const { response, first, source } = exchange
  const body = meterStream({
    call,
    dialect,
    requestId,
    first,
    source,
    clock,
    asEvent: request.headers.get(USAGE_HEADER) === 'event',
    settle,
    checkpoint: (measure) => admission.checkpoint(measure),
    remaining: (charge) => afterCharge(told.meters, admission.demands, admission.granted, charge),
    waitUntil,
  })
  const headers = { ...clientHeaders(response.headers), 'content-type': 'text/event-stream' }
  return new Response(body, { status: response.status, headers })
}
