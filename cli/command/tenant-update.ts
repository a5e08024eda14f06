// `tollgate tenant update`: what became of each member that a change has touched. It is made on what
// was read: nobody else's change in between is lost.
import { usageFailure } from '../failure.ts'
import type { ConfirmOptions } from '../prompt/confirm.ts'
import type { Session } from '../session.ts'
import type { Tenant } from '../shape/tenant.ts'
import { changeTenant } from './change-tenant.ts'

const SHOWN = [
  'name',
  'plan',
  'timezone',
  'retention_days',
  'limits',
  'quotas',
  'policy',
  'metadata',
] as const

/** `body` may carry the `version` that it was made from, as what `tenant get --json` prints does. */
export async function updateTenant(
  session: Session,
  slug: string,
  { version, ...body }: Readonly<Record<string, unknown>>,
  { ifVersion, ...options }: ConfirmOptions & { readonly ifVersion?: string | undefined },
): Promise<void> {
  if (Object.keys(body).length === 0) throw usageFailure('Nothing to change is named.')
  if (version !== undefined && typeof version !== 'string') {
    throw usageFailure('version in the file is no text.')
  }
  const change = { slug, body, ifVersion: ifVersion ?? version, what: `Update tenant ${slug}` }
  const { before, after } = await changeTenant(session, change, options)
  const { print } = session
  print.show(after, () => {
    const changes = differences(before, after)
    if (changes.length > 0) print.details(changes)
    else if (after.version === before.version) {
      print.note(`Tenant ${slug} was so already. Nothing has changed.`)
    } else print.note(`Tenant ${slug} is changed. What is in force is the same as before.`)
  })
}

function differences(before: Tenant, after: Tenant): [string, string][] {
  return SHOWN.flatMap((member) => {
    const [was, is] = [before[member], after[member]]
    if (typeof was !== 'object' || typeof is !== 'object') return difference(member, was, is)
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    return names.flatMap((name) => difference(`${member}.${name}`, was[name], is[name]))
  })
}

function difference(name: string, was: unknown, is: unknown): [string, string][] {
  const [old, now] = [JSON.stringify(was), JSON.stringify(is)]
  return old === now ? [] : [[name, `${old ?? 'absent'} → ${now ?? 'absent'}`]]
}
