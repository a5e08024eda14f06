/**
 * The last two stages for a vector service: does what the plan says, settles once with what became of
 * its reservation, has the places that it wrote to counted again, and answers in the service's words.
 */
import type { VectorAdmitted } from '../../admit/vector-stage.ts'
import type { StockVerdict } from '../../account/stock-commands.ts'
import type { Clock } from '../../clock.ts'
import type { Identified } from '../../identify/stage.ts'
import type { Inbound } from '../../inbound.ts'
import { NO_CHARGE, type Outcome } from '../../ledger/entry.ts'
import { Problem, statusOf } from '../../problem/problem.ts'
import type { Stage } from '../../stage.ts'
import { writeJson } from '../json.ts'
import type { VectorAnswer } from './adapter.ts'
import type { OpenedService } from './open-service.ts'
import { demandRoom } from './placement.ts'
import type { Recounter } from './recount.ts'
import type { VectorRouted } from './route.ts'
import type { OpenHome } from './services.ts'

export interface VectorAnswered {
  readonly response: Response
}

export interface VectorAnswerDeps {
  readonly clock: Clock
  readonly openHome: OpenHome
  readonly recounter: Recounter
}

type Needs = Inbound & Identified & VectorRouted & VectorAdmitted

export function answerVector(deps: VectorAnswerDeps): Stage<Needs, VectorAnswered> {
  return {
    name: 'answer',
    async run(have) {
      const { call, admission, told, instead } = have
      let opened: OpenedService | null = null
      try {
        opened = deps.openHome(call, admission.lost)
        const answer = await runPlan(have, opened)
        const body = answer.body === undefined ? null : writeJson(answer.body)
        end(deps, have, opened, answer.stock, answer.status, 'completed')
        return { response: respond(answer, body) }
      } catch (error) {
        const stock = opened?.tally.unsure === true ? 'unknown' : 'released'
        const status = error instanceof Problem ? statusOf(error) : 500
        end(deps, have, opened, stock, status, 'upstream_failed')
        // What was there could still be had without the quota; what is not there needs it.
        const isMissing = error instanceof Problem && error.code === 'NotFound'
        if (isMissing && instead !== null) await instead()
        throw error
      } finally {
        told.upstreamMs += opened?.tally.upstreamMs ?? 0
      }
    },
  }
}

async function runPlan({ call, plan }: Needs, { service }: OpenedService): Promise<VectorAnswer> {
  const { upstream, cluster, space } = call
  const isNew = ({ collections, collectionIfNew = 0 }: (typeof plan.stock)[number]) =>
    collections + collectionIfNew > 0
  if (plan.stock.some(isNew)) await demandRoom(upstream, cluster, space, service)
  return plan.run(service)
}

function end(
  { clock, recounter }: VectorAnswerDeps,
  { call, plan, known, principal, admission, startedAtMs, waitUntil }: Needs,
  opened: OpenedService | null,
  verdict: StockVerdict,
  status: number,
  ended: Outcome['ended'],
): void {
  const { bytesIn = 0, bytesOut = 0, wrote = false } = opened?.tally ?? {}
  // Its own count would not have it yet, and put a lower figure in the place of what is reserved.
  const isLate = verdict === 'kept' && call.upstream.adapter.keeping.countsLate === true
  const stock = isLate ? 'unknown' : verdict
  const settled = admission.settle(
    NO_CHARGE,
    {
      provenance: 'none',
      status,
      ended,
      modelServed: null,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      latencyMs: clock.now() - startedAtMs,
      bytesIn,
      bytesOut,
    },
    stock,
  )
  const recounts = async () => {
    await settled
    await recounter.whatIsDue(principal.tenant)
    if (!wrote || stock === 'dropped') return
    for (const name of plan.recount) await recounter.afterWrite(call, name, known)
  }
  waitUntil(recounts())
}

function respond({ status }: VectorAnswer, body: string | null): Response {
  const headers = new Headers({ 'cache-control': 'no-store' })
  if (body !== null) headers.set('content-type', 'application/json')
  return new Response(body, { status, headers })
}
