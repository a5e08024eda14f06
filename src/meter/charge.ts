/**
 * From what was measured to what is charged. What the provider reports is taken as it is; what it
 * leaves out is estimated from the text that was seen, and said to be an estimate. Never nothing for
 * something.
 */
import { type Charge, NO_CHARGE } from '../ledger/entry.ts'
import type { Call } from '../upstream/route.ts'
import type { Measured } from '../upstream/adapter.ts'
import { parseJsonPart } from '../upstream/json-part.ts'
import { chargeNanoUsd } from '../price/pricing.ts'
import { estimateTokens } from '../tokens/tokens.ts'
import { emptyUsage, type Usage } from '../price/usage.ts'

/** Usage with what it costs. */
export interface Priced {
  readonly usage: Usage
  readonly charge: Charge
}

export interface Seen extends Measured {
  /** The text of the answer so far; asked for only where it is needed. */
  readonly text: () => string
  /** Whether the answer came to its end, so that the provider's last word on usage is final. */
  readonly whole: boolean
}

/** The charge for an answer as far as it came; `whole` answers with reported usage are exact. */
export function chargeFor(call: Call, seen: Seen): Priced {
  return priced(call, usageOf(call, seen), seen.modelServed)
}

/**
 * The charge for a whole reply that broke off in its middle, or came in a form that cannot be measured:
 * for what can be read of it, as for a stream that breaks.
 */
export function chargeForPart(
  call: Call,
  part: Uint8Array,
): Priced & { readonly modelServed: string | null } {
  const reply = parseJsonPart(new TextDecoder().decode(part))
  const measured = call.operation.measure(reply)
  const text = () => call.operation.outputText(reply)
  const { modelServed } = measured
  return { ...chargeFor(call, { ...measured, text, whole: false }), modelServed }
}

/** For an exchange of which nothing but the sending of the input is known. */
export function chargeForSent(call: Call): Priced {
  const usage = { ...emptyUsage('estimated'), inputTokens: call.ask.inputEstimateTokens }
  return priced(call, usage, null)
}

function usageOf({ ask, operation, upstream }: Call, { usage, untold, text, whole }: Seen): Usage {
  if (usage !== null && whole && untold === undefined) return usage
  const { tokenizer } = upstream.adapter
  const seenTokens = () => (operation.kind === 'generate' ? estimateTokens(text(), tokenizer) : 0)
  const estimatedInput = ask.inputEstimateTokens
  if (usage === null) {
    const outputTokens = seenTokens()
    return { ...emptyUsage('estimated'), inputTokens: estimatedInput, outputTokens }
  }
  const isOutputFinal = whole && untold !== 'output'
  return {
    ...usage,
    // Never below what was told to come from a cache, or to go into one.
    inputTokens: Math.max(usage.inputTokens, untold === 'input' ? estimatedInput : 0),
    outputTokens: isOutputFinal ? usage.outputTokens : Math.max(usage.outputTokens, seenTokens()),
    source: 'partial',
  }
}

/** At the price of the model that served, where that is known: aliases move. */
function priced({ operation, ...call }: Call, usage: Usage, modelServed: string | null): Priced {
  const { inputTokens, outputTokens } = usage
  // A free operation may name a model that has a price.
  if (call.price === null || operation.kind === 'free') return { usage, charge: NO_CHARGE }
  const served = modelServed === null ? null : call.priceOf(modelServed)
  const price = served?.kind === call.price.kind ? served : call.price
  const nanoUsd = chargeNanoUsd(price, usage)
  // Counts and rates are bounded where they are read, so that this cannot be.
  if (nanoUsd === 'too_large') throw new RangeError('a charge beyond all bounds')
  return { usage, charge: { inputTokens, outputTokens, nanoUsd } }
}
