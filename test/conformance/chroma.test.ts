// The official client of Chroma at the gateway, with all that stands between, in front of the real
// server. It knows no path before its own, so that the service has a host name to itself.
import { fileURLToPath } from 'node:url'
import { AdminClient, ChromaClient } from 'chromadb'
import { buildWorker } from '../../build/build.ts'
import { installChroma } from '../support/chroma/install.ts'
import { startRecordedChroma } from '../support/chroma/recorded.ts'
import { live } from '../upstream/vector/chroma/life.ts'
import { placeOf } from '../upstream/vector/chroma/world.ts'
import { type OfficialClient, vectorContract } from './vector-contract.ts'

const installed = await installChroma()

const CONFIG = fileURLToPath(new URL('../support/vector/by-host.config.ts', import.meta.url))
const recordsOf = (ids: readonly string[]) => ({
  ids: [...ids],
  embeddings: ids.map((id) => [1, id.length]),
})

function connect(gatewayUrl: string, key: string): OfficialClient {
  const url = gatewayUrl.replace('127.0.0.1', 'localhost')
  const client = new ChromaClient(placeOf(url, key))
  const make = (name: string) => client.getOrCreateCollection({ name, embeddingFunction: null })
  return {
    live: () => live(client, 'poems'),
    write: async (place, ids) => (await make(place)).add(recordsOf(ids)),
    count: async (name) => (await client.getCollection({ name })).count(),
    drop: (name) => client.deleteCollection({ name }),
    async rawWrite(place, ids) {
      const { id } = await make(place)
      const database = `${url}/api/v2/tenants/default_tenant/databases/default_database`
      return fetch(`${database}/collections/${id}/add`, {
        method: 'POST',
        headers: { 'x-chroma-token': key, 'content-type': 'application/json' },
        body: JSON.stringify(recordsOf(ids)),
      })
    },
  }
}

vectorContract(
  'the official Chroma client',
  {
    refusals: {
      full: { name: 'ChromaRateLimitError', says: /Rate limit/ },
      suspended: { name: 'ChromaForbiddenError', says: /./ },
      scopeless: { name: 'ChromaForbiddenError', says: /./ },
      unknown: { name: 'ChromaAuthError', says: /./ },
      missing: { name: 'ChromaNotFoundError', says: /./ },
    },
    operations: {
      first: ['collections.create', 'system.limits', 'records.add'],
      second: ['collections.create', 'records.add'],
      count: ['collections.get', 'records.count'],
      drop: ['collections.delete'],
    },
    left: { max_collections: 0, max_vectors: 0, max_storage: 0 },
    worker: () => buildWorker({ minify: false, config: CONFIG }),
    async open() {
      const server = await startRecordedChroma(installed.ok ? installed.binding : '')
      return {
        ...server,
        bindings: { UPSTREAM_CHROMA_URL: server.url, UPSTREAM_CHROMA_KEY: server.token },
        stored: () => server.dump(),
        isLook: ({ method, target }) => method === 'GET' || target.endsWith('/get'),
        async straight() {
          const place = placeOf(server.url, server.token)
          const database = { name: 'straight', tenant: 'default_tenant' }
          await new AdminClient(place).createDatabase(database)
          return live(new ChromaClient({ ...place, database: 'straight' }), 'poems')
        },
        connect,
      }
    },
  },
  installed.ok,
)
