// What the provider's invoice would say: the upstream's own log, priced by the published price lists
// in BigInt. Shares nothing with the gateway's metering, pricing or accounts.
import type { ServedCall } from './upstream-call.ts'

/** Nano-USD a token, input and output: USD per million tokens times 1,000. */
const LIST_PRICES = new Map<string, readonly [input: bigint, output: bigint]>([
  ['gpt-4o-mini', [150n, 600n]],
  ['gpt-4o', [2_500n, 10_000n]],
  ['gpt-4.1-nano', [100n, 400n]],
  ['claude-haiku-4-5', [1_000n, 5_000n]],
  ['text-embedding-3-small', [20n, 0n]],
])

export function invoice(calls: readonly ServedCall[]): bigint {
  return calls.reduce((sum, { model, billed }) => {
    const price = LIST_PRICES.get(model)
    if (price === undefined) throw new Error(`the oracle has no price for ${model}`)
    return sum + BigInt(billed.input) * price[0] + BigInt(billed.output) * price[1]
  }, 0n)
}
