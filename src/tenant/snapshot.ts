/**
 * What this isolate remembers of tenants: the newest snapshot that a store has answered, with the
 * keys seen under it. No time limit stands on it: `admit` compares the version, so an entry that is
 * out of date costs one more round, and can never decide anything by itself.
 */
import type { Snapshot } from '../account/answers.ts'
import type { Version } from '../account/records.ts'
import type { KeyRecord } from '../identify/api-key/key-record.ts'
import type { TenantId } from './slug.ts'
import type { TenantConfig } from './tenant.ts'

export interface KnownTenant {
  readonly version: Version
  readonly incarnation: string
  readonly config: TenantConfig
  /** By the key's keyed hash. Only keys that exist: what is unknown is not remembered here. */
  readonly keys: ReadonlyMap<string, KeyRecord>
}

interface Entry extends KnownTenant {
  readonly keys: Map<string, KeyRecord>
}

/** About 2 KB an entry as a rule, so some 20 MB of the 128 MB that an isolate may take. */
const MAX_TENANTS = 10_000
const MAX_KEYS_PER_TENANT = 1_000

export class SnapshotCache {
  readonly #entries = new Map<TenantId, Entry>()
  readonly #maxTenants: number

  constructor(maxTenants = MAX_TENANTS) {
    this.#maxTenants = maxTenants
  }

  get(tenant: TenantId): KnownTenant | null {
    const entry = this.#entries.get(tenant)
    if (entry === undefined) return null
    this.#keep(tenant, entry)
    return entry
  }

  /** A version not seen before replaces everything, keys included; the same version adds its key. */
  learn(snapshot: Snapshot): KnownTenant {
    const { version, incarnation, config, key } = snapshot
    const last = this.#entries.get(config.tenant)
    const entry =
      last?.version === version
        ? last
        : { version, incarnation, config, keys: new Map<string, KeyRecord>() }
    if (key !== null) keepNewest(entry.keys, key.hash, key.record, MAX_KEYS_PER_TENANT)
    this.#keep(config.tenant, entry)
    return entry
  }

  forget(tenant: TenantId): void {
    this.#entries.delete(tenant)
  }

  #keep(tenant: TenantId, entry: Entry): void {
    keepNewest(this.#entries, tenant, entry, this.#maxTenants)
  }
}

/** A Map iterates in order of insertion, so its first key is the one used longest ago. */
function keepNewest<K, V>(map: Map<K, V>, key: K, value: V, max: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= max) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    break
  }
}
