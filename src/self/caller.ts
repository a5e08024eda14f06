/**
 * What every route of the tenant's own view does first: who calls, may they, and is that still true.
 * A snapshot that had changed is decided on anew.
 */
import type { ReplyTo, ViewCommand } from '../account/commands.ts'
import type { AcquireCommand, ReleaseCommand } from '../account/quota-commands.ts'
import type { UsageCommand } from '../account/report-commands.ts'
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import type { Viewed } from '../report/report.ts'
import { checkScope } from '../policy/scopes.ts'
import { checkStatus } from '../policy/status.ts'
import { Problem } from '../problem/problem.ts'
import { decideAfresh, StaleSnapshot } from '../stage.ts'
import type { SelfDeps } from './deps.ts'
import { ownView } from './own-view.ts'

export interface Access {
  /** What a suspended tenant may still do is to read. */
  readonly access: 'read' | 'write'
  readonly scope: 'usage' | 'quotas'
}

/** `act` may be asked several times, each time by a caller who was identified anew. */
export function asCaller(
  deps: SelfDeps,
  inbound: Inbound,
  { access, scope }: Access,
  act: (caller: Identified) => Promise<Response>,
): Promise<Response> {
  return decideAfresh(async () => {
    const caller = await deps.pipeline.run(inbound)
    const { principal, known, confirm } = caller
    const objection =
      checkStatus(known.config.status, access) ?? checkScope(principal.scopes, scope)
    if (objection !== null) return confirm(objection.reason, objection.problem)
    return act(caller)
  })
}

/** The account as it is now, in the version that the caller was judged by. */
export async function viewAsCaller(deps: SelfDeps, caller: Identified): Promise<Viewed> {
  const { principal, known, keyExpiresAtMs } = caller
  const view = await ask(deps, caller, ownView(principal, known.config))
  if (view.snapshot.version !== known.version) {
    deps.snapshots.learn(view.snapshot)
    throw new StaleSnapshot()
  }
  if (keyExpiresAtMs !== null && view.nowMs >= keyExpiresAtMs) throw keyExpired()
  return view
}

type Asked = ViewCommand | UsageCommand | AcquireCommand | ReleaseCommand
type Decided<Reply> = Exclude<Reply, { readonly type: 'gone' | 'stale' | 'key_expired' }>

/** The account's answer, unless that is that the caller must be judged anew. */
export async function ask<C extends Asked>(
  deps: SelfDeps,
  { principal: { tenant } }: Identified,
  command: C,
): Promise<Decided<ReplyTo<C>>> {
  const reply: ReplyTo<C> = await deps.store.run(tenant, command)
  if (reply.type === 'gone') {
    // Erased, or erased and made anew: identify finds out which.
    deps.snapshots.forget(tenant)
    throw new StaleSnapshot()
  }
  if (reply.type === 'stale') {
    deps.snapshots.learn(reply.snapshot)
    throw new StaleSnapshot()
  }
  if (reply.type === 'key_expired') throw keyExpired()
  return reply as Decided<ReplyTo<C>>
}

function keyExpired(): Problem {
  return new Problem('Unauthenticated', 'The API key has expired.')
}
