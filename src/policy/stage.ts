/**
 * Third stage: may they? Pure functions over principal, snapshot and call; the first objection is
 * confirmed by the store, then answered. Provides how much output may be asked for, and its price,
 * and the call as it will be made: guarded, and with the tenant's instructions in its figures.
 */
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import type { Log } from '../log.ts'
import { holdTerms } from '../price/pricing.ts'
import { Problem } from '../problem/problem.ts'
import type { Stage } from '../stage.ts'
import type { Routed } from '../upstream/route.ts'
import { checkContext } from './context.ts'
import { checkModel } from './models.ts'
import type { Objection } from './objection.ts'
import { checkOutput, outputCap } from './output.ts'
import { guardPrompt } from './prompt-guard.ts'
import { checkScope } from './scopes.ts'
import { checkStatus } from './status.ts'
import { addSystemPrompt } from './system-prompt.ts'
import { checkTools } from './tools.ts'

export interface Permitted extends Routed {
  readonly permit: {
    /** Wanted output tokens per choice; 0 where the operation generates none. */
    readonly outputTokens: number
    /** Nano-USD to hold: `base + unit x output tokens per choice`. */
    readonly usd: { readonly base: number; readonly unit: number }
    /** The tenant's own instructions, to be written into the body; null when it has none. */
    readonly systemPrompt: string | null
  }
}

export function checkPolicy({
  log,
}: {
  readonly log: Log
}): Stage<Inbound & Identified & Routed, Permitted> {
  return {
    name: 'policy',
    async run({ principal, known, call: asked, confirm, told, requestId }) {
      const { policy, status } = known.config
      // An earlier round may have left what a newer configuration no longer says.
      told.promptGuard = null
      const { operation, model, price } = asked
      const refuse = ({ reason, problem }: Objection) => confirm(reason, problem)
      const unwanted =
        checkStatus(status, operation.kind === 'models' ? 'read' : 'write') ??
        checkScope(principal.scopes, operation.scope) ??
        (model === null ? null : checkModel(policy, model)) ??
        checkTools(policy, asked.ask.tools)
      if (unwanted !== null) return refuse(unwanted)

      const guarded = guardPrompt(policy.prompt_guard, asked)
      if (!guarded.ok) return refuse(guarded.objection)
      const instructed = addSystemPrompt(policy.system_prompt, guarded.call)
      if (!instructed.ok) return refuse(instructed.objection)
      const { call } = instructed
      const { ask } = call
      const tooMuch =
        checkContext(policy, ask.inputEstimateTokens) ?? checkOutput(policy, ask.outputCap)
      if (tooMuch !== null) return refuse(tooMuch)

      const { found } = guarded
      if (found !== null) {
        told.promptGuard = found.verdict
        log.warn('prompt_guard', { request_id: requestId, tenant: principal.tenant, ...found })
      }
      const { system_prompt: systemPrompt } = policy
      const outputTokens = operation.kind === 'generate' ? outputCap(policy, ask) : 0
      if (price === null) {
        return { call, permit: { outputTokens, usd: { base: 0, unit: 0 }, systemPrompt } }
      }
      const usd = holdTerms(price, {
        inputUpperBound: ask.inputUpperTokens,
        choices: ask.choices,
        maxOutput: outputTokens,
        audio: ask.audio,
      })
      if (usd === 'too_large') {
        throw new Problem('InvalidBody', 'The request could cost more than any budget can hold.')
      }
      return { call, permit: { outputTokens, usd, systemPrompt } }
    },
  }
}
