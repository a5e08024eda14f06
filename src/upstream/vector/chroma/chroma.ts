/**
 * Chroma, API v2. A tenant has a database of its own, and its collections' UUIDs, by which all data
 * goes whatever the path says, leave only sealed. What is not listed here is not offered.
 */
import type { VectorAdapter } from '../adapter.ts'
import { COLLECTION_OPERATIONS } from './collections.ts'
import { errorMembers } from './errors.ts'
import { keeping } from './keeping.ts'
import { READ_OPERATIONS } from './reads.ts'
import { SYSTEM_OPERATIONS } from './system.ts'
import { WRITE_OPERATIONS } from './writes.ts'

export const chroma: VectorAdapter = {
  kind: 'chroma',
  operations: [
    ...SYSTEM_OPERATIONS,
    ...COLLECTION_OPERATIONS,
    ...READ_OPERATIONS,
    ...WRITE_OPERATIONS,
  ],
  credentialHeaders: (key) => ({ 'x-chroma-token': key }),
  errorMembers,
  keeping,
}
