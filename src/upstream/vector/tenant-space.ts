/**
 * One tenant's space on one upstream: how its names are called there, and how handles that the
 * service makes reach its clients. Names are one-to-one, also for a service that folds case; handles
 * are sealed under a key of the tenant's own, so that another tenant's, or a raw one, opens to nothing.
 */
import type { TenantId } from '../../tenant/slug.ts'
import { logicalName, physicalName } from './names.ts'
import type { Sealer } from './seal.ts'

export class TenantSpace {
  readonly tenant: TenantId
  readonly #prefix: string
  readonly #sealer: Sealer

  /** `prefix` is the deployment's own, `tenant_` by default. */
  constructor(tenant: TenantId, prefix: string, sealer: Sealer) {
    this.tenant = tenant
    this.#prefix = prefix
    this.#sealer = sealer
  }

  /** `tenant_acme`, where the service has a container of its own for each tenant. */
  get container(): string {
    return this.#prefix + this.tenant
  }

  /** `tenant_acme_docs`. The empty name is one too: the namespace that a client leaves out. */
  physical(name: string): string {
    return physicalName(this.#prefix, this.tenant, name)
  }

  /** What a client calls it; null when it is not this tenant's. */
  logical(physical: string): string | null {
    return logicalName(this.#prefix, this.tenant, physical)
  }

  /** What every physical name of this tenant, and of no other, begins with. */
  get physicalPrefix(): string {
    return this.physical('')
  }

  /** An opaque text for a handle or token; `purpose` keeps one kind from being shown as another. */
  seal(purpose: string, text: string): Promise<string> {
    return this.#sealer.seal(purpose, text)
  }

  /** null for whatever `seal` did not make for this tenant, upstream and purpose. */
  open(purpose: string, sealed: string): Promise<string | null> {
    return this.#sealer.open(purpose, sealed)
  }

  /** A UUID for a UUID. Both are lower case with dashes; null for any other spelling. */
  sealUuid(uuid: string): Promise<string | null> {
    return this.#sealer.sealUuid(uuid)
  }

  openUuid(sealed: string): Promise<string | null> {
    return this.#sealer.openUuid(sealed)
  }
}
