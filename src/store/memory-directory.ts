/** The directory in this process's memory: the model that the others are measured by. */
import type { TenantId } from '../tenant/slug.ts'
import type { DirectoryDocument, DocumentKind } from './documents.ts'
import type { Directory, DirectoryRow } from './store.ts'

interface Kept extends DirectoryDocument {
  readonly kind: DocumentKind
  readonly expiresAtMs?: number | undefined
}

export function createMemoryDirectory(): Directory {
  const rows = new Map<TenantId, DirectoryRow>()
  const kept = new Map<string, Kept>()
  const keyOf = (kind: DocumentKind, id: string) => `${kind} ${id}`
  const show = ({ id, revision, text }: Kept): DirectoryDocument => ({ id, revision, text })

  return {
    async register(row, tombstones) {
      if (tombstones.some((id) => kept.has(keyOf('tombstone', id)))) return 'tombstoned'
      if (rows.has(row.tenant)) return 'exists'
      rows.set(row.tenant, row)
      return 'registered'
    },
    async update(row) {
      if (!rows.has(row.tenant)) return 'unknown'
      rows.set(row.tenant, row)
      return 'updated'
    },
    async get(tenant) {
      return rows.get(tenant) ?? null
    },
    async list(after, limit) {
      return [...rows.values()]
        .filter(({ tenant }) => after === null || tenant > after)
        .toSorted((one, other) => (one.tenant < other.tenant ? -1 : 1))
        .slice(0, limit)
    },
    async count() {
      return rows.size
    },
    async bury(tenant, id, text) {
      rows.delete(tenant)
      const key = keyOf('tombstone', id)
      if (!kept.has(key)) kept.set(key, { kind: 'tombstone', id, revision: 1, text })
    },
    async document(kind, id) {
      const found = kept.get(keyOf(kind, id))
      return found === undefined ? null : show(found)
    },
    async documents(kind) {
      return [...kept.values()]
        .filter((document) => document.kind === kind)
        .map(show)
        .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    },
    async write(changes, nowMs) {
      const current = changes.map(({ kind, id }) => kept.get(keyOf(kind, id))?.revision ?? 0)
      if (changes.some(({ expected }, at) => expected !== current[at])) return 'stale'
      for (const { kind, id, expected, text, expiresAtMs } of changes) {
        if (text === null) kept.delete(keyOf(kind, id))
        else kept.set(keyOf(kind, id), { kind, id, revision: expected + 1, text, expiresAtMs })
      }
      for (const [key, { expiresAtMs }] of kept) {
        if (expiresAtMs !== undefined && expiresAtMs <= nowMs) kept.delete(key)
      }
      return 'written'
    },
  }
}
