/**
 * Upstash Vector: one index that all tenants share, each in namespaces of its own. What is not listed
 * here is not offered: renaming, random records, a reset of all.
 */
import type { VectorAdapter } from '../adapter.ts'
import { errorMembers } from './errors.ts'
import { INDEX_OPERATIONS } from './index-view.ts'
import { keeping } from './keeping.ts'
import { READ_OPERATIONS } from './reads.ts'
import { RESUMABLE_OPERATIONS } from './resumable.ts'
import { WRITE_OPERATIONS } from './writes.ts'

export const upstashVector: VectorAdapter = {
  kind: 'upstash-vector',
  operations: [
    ...WRITE_OPERATIONS,
    ...READ_OPERATIONS,
    ...RESUMABLE_OPERATIONS,
    ...INDEX_OPERATIONS,
  ],
  credentialHeaders: (key) => ({ authorization: `Bearer ${key}` }),
  errorMembers,
  keeping,
}
