/**
 * Fourth stage: how much may it take? One store call compares the version, checks every rate, budget
 * and the concurrency, and holds what the request may use: all of it, or nothing. What it provides
 * is the one handle through which the request is kept alive, extended and settled.
 */
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import { chargeForSent } from '../meter/charge.ts'
import type { Permitted } from '../policy/stage.ts'
import type { Stage } from '../stage.ts'
import type { Routed } from '../upstream/route.ts'
import { type Admission, type AdmissionDeps, beginCommand, requestAdmission } from './admission.ts'
import type { AdmitCommand } from '../account/commands.ts'
import { refusalProblem } from './refusal-problem.ts'

export interface Admitted {
  readonly admission: Admission
}

type Needs = Inbound & Identified & Routed & Permitted

export function admit(deps: AdmissionDeps): Stage<Needs, Admitted> {
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

function admitCommand(deps: AdmissionDeps, have: Needs): AdmitCommand {
  const { call, permit } = have
  const { config } = have.known
  const { ask: asked, operation } = call
  const { limits, command } = beginCommand(deps, have, call)
  const priced = call.price !== null && operation.kind !== 'free'
  const tokens = { base: asked.inputUpperTokens, unit: asked.choices }
  return {
    ...command,
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
    output: {
      wanted: permit.outputTokens,
      least:
        config.policy.low_budget === 'clamp'
          ? Math.min(asked.leastOutput ?? 1, permit.outputTokens)
          : permit.outputTokens,
    },
    estimate: chargeForSent(call).charge,
  }
}
