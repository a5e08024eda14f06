/**
 * Fourth stage: how much may it take? One store call compares the version, checks every rate, budget
 * and the concurrency, and holds what the request may use: all of it, or nothing. What it provides
 * is the one handle through which the request is kept alive, extended and settled.
 */
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import type { RequestContext } from '../ledger/entry.ts'
import { chargeForSent } from '../meter/charge.ts'
import type { Permitted } from '../policy/stage.ts'
import type { Stage } from '../stage.ts'
import type { Routed } from '../upstream/route.ts'
import { type Admission, type AdmissionDeps, requestAdmission } from './admission.ts'
import type { AdmitCommand } from './commands.ts'
import { limitDemands } from './demand.ts'
import { mintHoldId } from './hold-id.ts'
import { refusalProblem } from './refusal-problem.ts'

export interface Admitted {
  readonly admission: Admission
}

export interface AdmitDeps extends AdmissionDeps {
  readonly priceVersion: string
}

type Needs = Inbound & Identified & Routed & Permitted

export function admit(deps: AdmitDeps): Stage<Needs, Admitted> {
  return {
    name: 'admit',
    async run(have) {
      const { known, told, permit } = have
      const verdict = await requestAdmission(deps, have, admitCommand(deps, have))
      switch (verdict.type) {
        case 'admitted': {
          const { admission } = verdict
          if (admission.granted < permit.outputTokens) told.clampedTo = admission.granted
          return { admission }
        }
        case 'refused':
          throw refusalProblem(verdict.refusal, known.config)
        case 'place_unknown':
        case 'place_known':
        case 'place_moved':
          throw new RangeError('nothing of a vector service was asked for')
      }
    },
  }
}

function admitCommand(
  deps: AdmitDeps,
  { principal, known, keyExpiresAtMs, keyHashes, call, permit, requestId }: Needs,
): AdmitCommand {
  const { config, version } = known
  const { ask: asked, operation } = call
  const keyId = principal.credential.kind === 'api-key' ? principal.credential.keyId : null
  const limits = limitDemands(config.limits, { user: principal.user, keyId }, config.users)
  const priced = call.price !== null && operation.kind !== 'free'
  const tokens = { base: asked.inputUpperTokens, unit: asked.choices }
  const context: RequestContext = {
    requestId,
    upstream: call.upstream.name,
    operation: operation.name,
    model: call.model,
    user: principal.user,
    keyId,
    priceVersion: deps.priceVersion,
  }
  return {
    type: 'admit',
    version,
    keyHashes,
    holdId: mintHoldId(deps.randomBytes),
    mintedAtMs: deps.clock.now(),
    keyExpiresAtMs,
    rates: limits.rates
      .filter(({ measure }) => priced || measure === 'requests')
      .map((rate) => ({ ...rate, ...(rate.measure === 'tokens' ? tokens : { base: 1, unit: 0 }) })),
    // What costs nothing is not refused for want of budget.
    budgets: priced
      ? limits.budgets.map((budget) => ({
          ...budget,
          ...(budget.measure === 'tokens' ? tokens : permit.usd),
        }))
      : [],
    maxConcurrency: config.limits.max_concurrency,
    output: {
      wanted: permit.outputTokens,
      least:
        config.policy.low_budget === 'clamp'
          ? Math.min(asked.leastOutput ?? 1, permit.outputTokens)
          : permit.outputTokens,
    },
    estimate: chargeForSent(call).charge,
    context,
  }
}
