/** The way of a request, as one list. The compiler holds the order: each stage needs what those before it provide. */
import type { AdmissionDeps } from './admit/admission.ts'
import { admit } from './admit/stage.ts'
import { admitVector, type VectorAdmitDeps } from './admit/vector-stage.ts'
import { identify, type IdentifyDeps } from './identify/stage.ts'
import { meter } from './meter/stage.ts'
import { checkPolicy } from './policy/stage.ts'
import { checkVectorPolicy } from './policy/vector-stage.ts'
import { Pipeline } from './stage.ts'
import { forward, type ForwardDeps } from './upstream/forward.ts'
import { route, type RouteDeps } from './upstream/route.ts'
import { answerVector, type VectorAnswerDeps } from './upstream/vector/answer.ts'
import { routeVector, type VectorRouteDeps } from './upstream/vector/route.ts'

export type PipelineDeps = IdentifyDeps & RouteDeps & AdmissionDeps & ForwardDeps

export function wayOfARequest(deps: PipelineDeps) {
  return Pipeline.start()
    .use(identify(deps)) //    who calls?
    .use(route(deps)) //       where to, and what is asked there?
    .use(checkPolicy(deps)) // may they?
    .use(admit(deps)) //       how much may it take? one store call, all or nothing
    .use(forward(deps)) //     the upstream's answer
    .use(meter(deps)) //       what did it take? one store call, after the answer
}

export type VectorPipelineDeps = IdentifyDeps & VectorRouteDeps & VectorAdmitDeps & VectorAnswerDeps

/** To a vector service: the same way; what is forwarded is a plan, and nothing streams. */
export function wayOfAVectorRequest(deps: VectorPipelineDeps) {
  return Pipeline.start()
    .use(identify(deps)) //         who calls?
    .use(routeVector(deps)) //      which operation, on which of the tenant's places?
    .use(checkVectorPolicy()) //    may they?
    .use(admitVector(deps)) //      rates and quotas: one store call, all or nothing
    .use(answerVector(deps)) //     the service's answer, in the tenant's own names
}
