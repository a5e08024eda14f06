/** What clients ask of a server before anything else; answered here, since it is the same for all. */
import type { VectorOperation } from '../adapter.ts'
import { operation, reading } from './operation.ts'

/** The version whose API is offered: clients compare it with their own. */
const VERSION = { title: 'qdrant - vector search engine', version: '1.19.0' }

const PAGES = [
  { name: 'service.version', path: '/', body: VERSION },
  { name: 'service.healthz', path: '/healthz', body: 'healthz check passed' },
  { name: 'service.livez', path: '/livez', body: 'healthz check passed' },
  { name: 'service.readyz', path: '/readyz', body: 'all shards are ready' },
]

export const SERVICE_PAGES: readonly VectorOperation[] = PAGES.map(({ name, path, body }) =>
  operation({ name, method: 'GET', path, access: 'read' }, () =>
    reading(async () => ({ status: 200, body, stock: 'kept' })),
  ),
)
