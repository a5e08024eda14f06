/**
 * Weaviate by REST and GraphQL: classes that the operator has declared, with the service's own tenants
 * in them, one for each tenant of the gateway. What is not listed here is not offered: changes of the
 * schema, aliases, backups, nodes, users, and whatever names no class.
 */
import type { VectorAdapter } from '../adapter.ts'
import { BATCH_OPERATIONS } from './batch.ts'
import { batchDelete } from './batch-delete.ts'
import { graphql } from './graphql/operation.ts'
import { keeping } from './keeping.ts'
import { OBJECT_OPERATIONS } from './objects.ts'
import { REFERENCE_OPERATIONS } from './references.ts'
import { SCHEMA_OPERATIONS } from './schema.ts'
import { errorMembers } from './words.ts'

export const weaviate: VectorAdapter = {
  kind: 'weaviate',
  operations: [
    ...OBJECT_OPERATIONS,
    ...REFERENCE_OPERATIONS,
    ...BATCH_OPERATIONS,
    batchDelete,
    graphql,
    ...SCHEMA_OPERATIONS,
  ],
  credentialHeaders: (key) => ({ authorization: `Bearer ${key}` }),
  errorMembers,
  keeping,
}
