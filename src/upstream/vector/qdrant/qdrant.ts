/**
 * Qdrant by its REST API, version 1.19, with the older searches. A tenant's collections and aliases
 * are called `<prefix><slug>_<name>` there; every place where a name can stand is rewritten.
 */
import type { VectorAdapter } from '../adapter.ts'
import { ALIASES } from './aliases.ts'
import { COLLECTIONS } from './collections.ts'
import { KEEPING } from './housekeeping.ts'
import { INDEXES } from './indexes.ts'
import { READS } from './points-read.ts'
import { WRITES } from './points-write.ts'
import { SEARCHES } from './searches.ts'
import { SERVICE_PAGES } from './service-pages.ts'

export const qdrant: VectorAdapter = {
  kind: 'qdrant',
  operations: [
    ...SERVICE_PAGES,
    ...COLLECTIONS,
    ...ALIASES,
    ...INDEXES,
    ...READS,
    ...WRITES,
    ...SEARCHES,
  ],
  credentialHeaders: (key) => ({ 'api-key': key }),
  errorMembers: (_, detail) => ({ status: { error: detail }, result: null, time: 0 }),
  keeping: KEEPING,
}
