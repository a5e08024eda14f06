/**
 * Fourth stage for a vector service: rates, concurrency and what a write may add to its places, all
 * in the one store call. A quota refuses only after the place in question was counted anew, and the
 * service was asked how much of the write is new, in an answer that no other write has made untrue.
 * A refusal is counted once, and only if the client gets it.
 */
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import { NO_CHARGE } from '../ledger/entry.ts'
import type { VectorPermitted } from '../policy/vector-stage.ts'
import { Problem } from '../problem/problem.ts'
import type { Stage } from '../stage.ts'
import { quotaLimit } from '../tenant/quotas.ts'
import type { TenantConfig } from '../tenant/tenant.ts'
import type { VectorPlan } from '../upstream/vector/adapter.ts'
import { notThere } from '../upstream/vector/read-request.ts'
import type { Recounter } from '../upstream/vector/recount.ts'
import type { VectorCall, VectorRouted } from '../upstream/vector/route.ts'
import type { Measurer } from '../upstream/vector/services.ts'
import {
  type Admission,
  type AdmissionDeps,
  type AdmissionVerdict,
  beginCommand,
  requestAdmission,
} from './admission.ts'
import type { Refusal } from '../account/answers.ts'
import type { AdmitCommand } from '../account/commands.ts'
import { refusalProblem } from './refusal-problem.ts'
import { STOCK_QUOTAS, type StockAsk, type StockDemand } from '../account/stock-commands.ts'

export interface VectorAdmitted {
  readonly admission: Admission
  /** What is to be done: the call's own plan, or what of it needs no quota. */
  readonly plan: VectorPlan
  /** Refuses, and counts it, where that finds nothing; null when the call's own plan was admitted. */
  readonly instead: (() => Promise<never>) | null
}

export interface VectorAdmitDeps extends AdmissionDeps {
  readonly recounter: Recounter
  readonly measure: Measurer
}

/** How often a place is measured for one request, when other writes keep coming between. */
const MAX_MEASURED = 3

type Needs = Inbound & Identified & VectorRouted & VectorPermitted

export function admitVector(deps: VectorAdmitDeps): Stage<Needs, VectorAdmitted> {
  return {
    name: 'admit',
    async run(have) {
      const { plan } = have.call
      const verdict = await admitPlan(deps, have)
      switch (verdict.type) {
        case 'admitted':
          return { admission: verdict.admission, plan, instead: null }
        case 'place_unknown':
          throw notThere(plan.whenUnknown)
        case 'place_moved':
          throw new RangeError('what was not measured is asked for unseen')
        case 'place_known':
          throw new Problem('Conflict', 'There is a collection of this name already.')
        case 'refused': {
          const { refusal } = verdict
          if (plan.whenFull === undefined || !isFull(verdict)) {
            throw refusalProblem(refusal, have.known.config)
          }
          return admitWithout(deps, have, plan.whenFull, refusal)
        }
      }
    },
  }
}

/** A refusal that this ends with is counted, but for a quota's where something needs none. */
async function admitPlan(deps: VectorAdmitDeps, have: Needs): Promise<AdmissionVerdict> {
  const { call, known, principal } = have
  const { recounter, measure } = deps
  const { plan } = call
  // What needs no quota is done when the whole is refused, and that refusal is no client's yet.
  const hasRest = plan.whenFull !== undefined
  const demands = await measure.first(call, plan)
  const ask = (asked: readonly StockDemand[], isTentative = hasRest) =>
    requestAdmission(deps, have, admitCommand(deps, have, plan, asked, isTentative))
  const mayFitYet =
    plan.measureAgain !== undefined || recounter.isDueBeforeRefusal(call, principal.tenant)
  const first = await ask(demands, mayFitYet || hasRest)
  if (!isFull(first) || !mayFitYet) return first
  const isCounted = await recounter.beforeRefusal(call, principal.tenant, known)
  for (let measured = 1; measured <= MAX_MEASURED; measured += 1) {
    const fewer = await measure.again(call, plan)
    if (fewer === null) break
    const next = await ask(fewer)
    if (next.type !== 'place_moved') return next
  }
  if (hasRest && !isCounted) return first
  // Not known better, or of a place that is never still: the account judges the upper bound, for good.
  return ask(demands)
}

/** What of a plan needs no quota, when one has refused the whole. */
async function admitWithout(
  deps: VectorAdmitDeps,
  have: Needs,
  plan: VectorPlan,
  refusal: Refusal,
): Promise<VectorAdmitted> {
  const { confirm, known } = have
  const verdict = await requestAdmission(deps, have, admitCommand(deps, have, plan, []))
  switch (verdict.type) {
    case 'admitted': {
      const { admission } = verdict
      const problem = refusalProblem(refusal, known.config)
      return { admission, plan, instead: () => confirm(refusal.reason, problem, refusal.id) }
    }
    case 'refused':
      throw refusalProblem(verdict.refusal, known.config)
    case 'place_unknown':
    case 'place_known':
    case 'place_moved':
      throw new RangeError('no place was asked for')
  }
}

function isFull(verdict: AdmissionVerdict): boolean {
  return verdict.type === 'refused' && STOCK_QUOTAS.some((quota) => quota === verdict.refusal.id)
}

function admitCommand(
  deps: VectorAdmitDeps,
  have: Needs,
  plan: VectorPlan,
  demands: readonly StockDemand[],
  isTentative = false,
): AdmitCommand {
  const { call, known } = have
  const { limits, command } = beginCommand(deps, have, { ...call, model: null })
  const weight = plan.units * weightOf(call)
  return {
    ...command,
    rates: limits.rates
      .filter(({ measure }) => measure === 'requests')
      .map((rate) => ({ ...rate, base: weight, unit: 0 })),
    budgets: [],
    output: { wanted: 0, least: 0 },
    estimate: NO_CHARGE,
    ...(demands.length === 0 ? {} : { stock: stockAsk(call, known.config, demands, isTentative) }),
  }
}

/** As configured for the operation, else for what it is; 1 where nothing is. */
function weightOf({ upstream, operation }: VectorCall): number {
  const { weights } = upstream.settings
  const of = (name: string) => (Object.hasOwn(weights, name) ? weights[name] : undefined)
  return of(operation.name) ?? of(operation.access) ?? 1
}

function stockAsk(
  { upstream }: VectorCall,
  config: TenantConfig,
  demands: readonly StockDemand[],
  isTentative: boolean,
): StockAsk {
  const limit = (name: string) => quotaLimit(config, name) ?? null
  return {
    // An upstream's name has no `/`, so that places of two upstreams are never one.
    demands: demands.map((demand) => ({ ...demand, place: `${upstream.name}/${demand.place}` })),
    limits: {
      max_collections: limit('max_collections'),
      max_vectors: limit('max_vectors'),
      max_storage: limit('max_storage'),
    },
    isTentative,
  }
}
