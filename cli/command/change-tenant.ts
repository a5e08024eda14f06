// A change of one tenant, as `tenant update` and `quota set` make it: tried first, so that whoever
// makes it hears what it would come to while it can still be left undone.
import { path } from '../api/path.ts'
import { confirm, type ConfirmOptions, refuseOtherName } from '../prompt/confirm.ts'
import type { Session } from '../session.ts'
import { type Tenant, TenantAnswer } from '../shape/tenant.ts'

export interface TenantChange {
  readonly slug: string
  readonly body: object
  /** Only if the tenant still has this version; absent: the one that is read here. */
  readonly ifVersion?: string | undefined
  /** As the question names it: "Update tenant acme". */
  readonly what: string
}

const CONSEQUENCE = 'requests are refused while its use is above a limit.'

/**
 * The tenant as it was and as it is. What the gateway warns of has to be confirmed, and the change is
 * made in the version that was warned of or not at all: nothing can come in between.
 */
export async function changeTenant(
  session: Session,
  { slug, body, ifVersion, what }: TenantChange,
  options: ConfirmOptions,
): Promise<{ readonly before: Tenant; readonly after: Tenant }> {
  refuseOtherName(slug, options)
  const { api, print } = session
  const place = path('admin', 'tenants', slug)
  const { tenant: before } = await api.get(TenantAnswer, place)
  const tried = await api.send(TenantAnswer, 'PATCH', place, {
    query: { dry_run: 'true' },
    body,
    ifMatch: ifVersion ?? before.version,
  })
  const { warnings: expected = [] } = tried
  print.warn(expected)
  if (expected.length > 0) {
    await confirm(session, { what, consequence: CONSEQUENCE, name: slug }, options)
  }
  // A version that was asked for is this one: with another, the trial would have been refused.
  const ifMatch = tried.tenant.version
  const made = await api.send(TenantAnswer, 'PATCH', place, { body, ifMatch })
  print.warn(made.warnings?.filter((warning) => !expected.includes(warning)))
  return { before, after: made.tenant }
}
