/**
 * Third stage: may they? Pure functions over principal, snapshot and call; the first objection is
 * confirmed by the store, then answered. Provides how much output may be asked for, and its price.
 */
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import { holdTerms } from '../meter/pricing.ts'
import { Problem } from '../problem/problem.ts'
import type { Stage } from '../stage.ts'
import type { Routed } from '../upstream/route.ts'
import { checkContext } from './context.ts'
import { checkModel } from './models.ts'
import { checkOutput, outputCap } from './output.ts'
import { checkScope } from './scopes.ts'
import { checkStatus } from './status.ts'
import { checkTools } from './tools.ts'

export interface Permitted {
  readonly permit: {
    /** Wanted output tokens per choice; 0 where the operation generates none. */
    readonly outputTokens: number
    /** Nano-USD to hold: `base + unit x output tokens per choice`. */
    readonly usd: { readonly base: number; readonly unit: number }
  }
}

export function checkPolicy(): Stage<Inbound & Identified & Routed, Permitted> {
  return {
    name: 'policy',
    async run({ principal, known, call, confirm }) {
      const { operation, ask, model, price } = call
      const { policy, status } = known.config
      const objection =
        checkStatus(status, operation.kind === 'models' ? 'read' : 'write') ??
        checkScope(principal.scopes, operation.scope) ??
        (model === null ? null : checkModel(policy, model)) ??
        checkTools(policy, ask.tools) ??
        checkContext(policy, ask.inputEstimateTokens) ??
        checkOutput(policy, ask.outputCap)
      if (objection !== null) return confirm(objection.reason, objection.problem)

      const outputTokens = operation.kind === 'generate' ? outputCap(policy, ask.outputCap) : 0
      if (price === null) return { permit: { outputTokens, usd: { base: 0, unit: 0 } } }
      const terms = holdTerms(price, {
        inputUpperBound: ask.inputUpperTokens,
        choices: ask.choices,
        maxOutput: outputTokens,
        audio: ask.audio,
      })
      if (terms === 'too_large') {
        throw new Problem('InvalidBody', 'The request could cost more than any budget can hold.')
      }
      return { permit: { outputTokens, usd: terms } }
    },
  }
}
