/**
 * Pinecone: the vectors API of one serverless index that all tenants share, each in namespaces of its
 * own, and as much of the control plane as clients need to find it. What is not listed here is not
 * offered: imports, documents, aliases, backups, collections, assistants, embedding, reranking.
 */
import type { VectorAdapter } from '../adapter.ts'
import { errorMembers } from './errors.ts'
import { INDEX_OPERATIONS } from './index-view.ts'
import { keeping } from './keeping.ts'
import { NAMESPACE_OPERATIONS } from './namespaces.ts'
import { RECORD_OPERATIONS } from './records.ts'
import { READ_OPERATIONS } from './vectors-read.ts'
import { WRITE_OPERATIONS } from './vectors-write.ts'

/** What the adapter is written for; what clients ask for is not passed on. */
const API_VERSION = '2026-07'

export const pinecone: VectorAdapter = {
  kind: 'pinecone',
  operations: [
    ...WRITE_OPERATIONS,
    ...READ_OPERATIONS,
    ...NAMESPACE_OPERATIONS,
    ...RECORD_OPERATIONS,
    ...INDEX_OPERATIONS,
  ],
  credentialHeaders: (key) => ({ 'api-key': key, 'x-pinecone-api-version': API_VERSION }),
  errorMembers,
  keeping,
}
