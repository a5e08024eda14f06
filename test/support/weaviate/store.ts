// Objects by class, tenant and id. A class with tenants insists on one that exists and is active; one
// without refuses to be told of any. Ids and times are counted up, so that a run can be repeated.
import type { ClassDefinition, WeaviateClass } from './schema.ts'
import { refuse } from './errors.ts'
import { capitalised, Schema } from './schema.ts'

const STARTED_AT_MS = 1_750_000_000_000

export interface WeaviateObject {
  readonly class: string
  readonly id: string
  readonly tenant?: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly vector?: readonly number[]
  readonly creationTimeUnix: number
  readonly lastUpdateTimeUnix: number
}

export type Shard = Map<string, WeaviateObject>

export class Store {
  readonly schema = new Schema()
  readonly backups: object[] = []
  readonly #shards = new Map<string, Map<string, Shard>>()
  #ids = 0
  #ticks = 0

  nextId(): string {
    this.#ids += 1
    return `aaaaaaaa-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`
  }

  now(): number {
    this.#ticks += 1
    return STARTED_AT_MS + this.#ticks
  }

  /** Where a request's objects lie. A write may make the tenant, where the class says so. */
  shard(found: WeaviateClass, tenant: string | null | undefined, purpose: 'read' | 'write'): Shard {
    const { definition, tenants } = found
    const { enabled, autoTenantCreation } = definition.multiTenancyConfig
    const name = tenant ?? ''
    if (!enabled && name !== '') {
      refuse(
        422,
        `class ${definition.class} has multi-tenancy disabled, but request was with tenant`,
      )
    }
    if (enabled && name === '') {
      refuse(
        422,
        `class ${definition.class} has multi-tenancy enabled, but request was without tenant`,
      )
    }
    if (enabled && !tenants.has(name)) {
      if (purpose === 'read' || !autoTenantCreation) refuse(422, `tenant not found: "${name}"`)
      this.schema.addTenants(found, [{ name, activityStatus: 'ACTIVE' }])
    }
    const status = tenants.get(name) ?? 'ACTIVE'
    if (status !== 'ACTIVE' && status !== 'HOT') refuse(422, `tenant not active: '${name}'`)
    return this.#open(definition.class, name)
  }

  /** Those that a request which names no class is looked for in: all that its tenant opens. */
  shardsOf(tenant: string | null | undefined): Shard[] {
    return [...this.schema.classes.values()].flatMap((found) => {
      const { enabled } = found.definition.multiTenancyConfig
      const isOpen = enabled ? found.tenants.has(tenant ?? '') : true
      return isOpen ? [this.#open(found.definition.class, enabled ? (tenant ?? '') : '')] : []
    })
  }

  /** Makes the class of an object that has none yet, as auto-schema does. */
  classFor(name: string): WeaviateClass {
    const found = this.schema.find(name)
    if (found !== undefined) return found
    const definition: ClassDefinition = {
      class: capitalised(name),
      properties: [],
      multiTenancyConfig: { enabled: false, autoTenantCreation: false },
    }
    this.schema.create(definition)
    return this.schema.get(name)
  }

  dropClass(name: string): void {
    const found = this.schema.find(name)
    if (found === undefined) return
    this.schema.classes.delete(found.definition.class)
    this.#shards.delete(found.definition.class)
  }

  dropTenants({ definition, tenants }: WeaviateClass, names: readonly string[]): void {
    for (const name of names) {
      tenants.delete(name)
      this.#shards.get(definition.class)?.delete(name)
    }
  }

  dump(): object {
    const classes = [...this.schema.classes].map(([name, { definition, tenants }]) => {
      const shards = [...(this.#shards.get(name) ?? [])]
      const objects = shards.map(([tenant, shard]) => [tenant, [...shard.values()]] as const)
      const held = objects.filter(([, all]) => all.length > 0)
      return [
        name,
        { definition, tenants: [...tenants], objects: Object.fromEntries(held) },
      ] as const
    })
    return {
      classes: Object.fromEntries(classes),
      aliases: [...this.schema.aliases],
      backups: this.backups,
    }
  }

  #open(className: string, tenant: string): Shard {
    const shards = this.#shards.get(className) ?? new Map<string, Shard>()
    this.#shards.set(className, shards)
    const shard = shards.get(tenant) ?? new Map<string, WeaviateObject>()
    shards.set(tenant, shard)
    return shard
  }
}
