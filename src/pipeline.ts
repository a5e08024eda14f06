/** The way of a request, as one list. The compiler holds the order: each stage needs what those before it provide. */
import { type AdmitDeps, admit } from './account/stage.ts'
import { identify, type IdentifyDeps } from './identify/stage.ts'
import { meter } from './meter/stage.ts'
import { checkPolicy } from './policy/stage.ts'
import { Pipeline } from './stage.ts'
import { forward, type ForwardDeps } from './upstream/forward.ts'
import { route, type RouteDeps } from './upstream/route.ts'

export type PipelineDeps = IdentifyDeps & RouteDeps & AdmitDeps & ForwardDeps

export function wayOfARequest(deps: PipelineDeps) {
  return Pipeline.start()
    .use(identify(deps)) //    who calls?
    .use(route(deps)) //       where to, and what is asked there?
    .use(checkPolicy(deps)) // may they?
    .use(admit(deps)) //       how much may it take? one store call, all or nothing
    .use(forward(deps)) //     the upstream's answer
    .use(meter(deps)) //       what did it take? one store call, after the answer
}
