/** Opens a tenant's space on each upstream; keys are derived once an isolate, not once a request. */
import type { RandomBytes } from '../../random.ts'
import type { TenantId } from '../../tenant/slug.ts'
import { Sealer } from './seal.ts'
import { TenantSpace } from './tenant-space.ts'

export interface SpaceDeps {
  /** Secret, the same in every isolate. */
  readonly handleSecret: Uint8Array<ArrayBuffer>
  readonly randomBytes: RandomBytes
  readonly prefix: string
}

export type OpenSpace = (tenant: TenantId, upstream: string) => TenantSpace

const MAX_KEPT = 1_000

export function spaces({ handleSecret, randomBytes, prefix }: SpaceDeps): OpenSpace {
  const kept = new Map<string, TenantSpace>()
  return (tenant, upstream) => {
    // Neither a slug nor an upstream's name has a `|`.
    const scope = `${tenant}|${upstream}`
    const known = kept.get(scope)
    if (known !== undefined) return known
    const space = new TenantSpace(tenant, prefix, new Sealer(handleSecret, scope, randomBytes))
    if (kept.size >= MAX_KEPT) kept.clear()
    kept.set(scope, space)
    return space
  }
}
