/**
 * Fourth stage for a vector service: rates, concurrency and what a write may add to its places, all
 * in the one store call. A quota refuses only after the place in question was counted anew, and the
 * service was asked how much of the write is new, in an answer that no other write has made untrue.
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
import { type Admission, type AdmissionDeps, beginCommand, requestAdmission } from './admission.ts'
import type { AdmitCommand } from './commands.ts'
import { refusalProblem } from './refusal-problem.ts'
import { STOCK_QUOTAS, type StockAsk, type StockDemand } from './stock-commands.ts'

export interface VectorAdmitted {
  readonly admission: Admission
  /** What is to be done: the call's own plan, or what of it needs no quota. */
  readonly plan: VectorPlan
  /** Answered where that finds nothing; null when the call's own plan was admitted. */
  readonly instead: Problem | null
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
      const { call, known, principal } = have
      const { plan } = call
      const demands = await deps.measure.first(call, plan)
      let verdict = await requestAdmission(deps, have, admitCommand(deps, have, plan, demands))
      if (isFull(verdict)) {
        const isCounted = await deps.recounter.beforeRefusal(call, principal.tenant, known)
        for (let measured = 1; measured <= MAX_MEASURED; measured += 1) {
          const fewer = await deps.measure.again(call, plan)
          if (!isCounted && fewer === null) break
          const command = admitCommand(deps, have, plan, fewer ?? demands)
          const next = await requestAdmission(deps, have, command)
          // Of a place that is never still, the first refusal is told.
          if (next.type === 'place_moved') continue
          verdict = next
          break
        }
      }
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
          const problem = refusalProblem(verdict.refusal, known.config)
          if (plan.whenFull === undefined || !isFull(verdict)) throw problem
          const command = admitCommand(deps, have, plan.whenFull, [])
          const second = await requestAdmission(deps, have, command)
          if (second.type !== 'admitted') throw problem
          return { admission: second.admission, plan: plan.whenFull, instead: problem }
        }
      }
    },
  }
}

function isFull(verdict: Awaited<ReturnType<typeof requestAdmission>>): boolean {
  return verdict.type === 'refused' && STOCK_QUOTAS.some((quota) => quota === verdict.refusal.id)
}

function admitCommand(
  deps: VectorAdmitDeps,
  have: Needs,
  plan: VectorPlan,
  demands: readonly StockDemand[],
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
    ...(demands.length === 0 ? {} : { stock: stockAsk(call, known.config, demands) }),
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
  }
}
