// The official client of Pinecone at the gateway, with all that stands between.
import { Pinecone } from '@pinecone-database/pinecone'
import { startPinecone } from '../support/pinecone/pinecone.ts'
import { live, type OpenNamespace } from '../upstream/vector/pinecone/life.ts'
import { occupied, type OfficialClient, vectorContract } from './vector-contract.ts'

/** What clients call the index, in tollgate.config.ts. */
const INDEX = 'default'

const record = (id: string) => ({ id, values: [1, id.length, 0] })

function connect(gatewayUrl: string, key: string): OfficialClient {
  const url = `${gatewayUrl}/pinecone`
  const client = new Pinecone({ apiKey: key, controllerHostUrl: url, maxRetries: 0 })
  const open: OpenNamespace = (namespace) =>
    client.index({ name: INDEX, ...(namespace ? { namespace } : {}) })
  return {
    live: () => live(open, 'poems'),
    write: (place, ids) => open(place).upsert({ records: ids.map(record) }),
    async count(place) {
      const { recordCount } = await open(place).describeNamespace(place)
      return Number(recordCount)
    },
    drop: (place) => open(place).deleteNamespace(place),
    rawWrite: (namespace, ids) =>
      fetch(`${url}/vectors/upsert`, {
        method: 'POST',
        headers: { 'api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify({ namespace, vectors: ids.map(record) }),
      }),
  }
}

vectorContract('the official Pinecone client', {
  refusals: {
    full: { name: 'PineconeUnmappedHttpError', says: /has \d+\/\d+/ },
    suspended: { name: 'PineconeBadRequestError', says: /suspended/ },
    scopeless: { name: 'PineconeBadRequestError', says: /scope/ },
    unknown: { name: 'PineconeAuthorizationError', says: /key/ },
    missing: { name: 'PineconeNotFoundError', says: /./ },
  },
  operations: {
    first: ['indexes.describe', 'vectors.upsert'],
    second: ['vectors.upsert'],
    count: ['namespaces.describe'],
    drop: ['namespaces.delete'],
  },
  left: { max_collections: 1, max_vectors: 1 },
  async open() {
    const server = await startPinecone()
    return {
      ...server,
      bindings: { UPSTREAM_PINECONE_URL: server.url, UPSTREAM_PINECONE_KEY: server.apiKey },
      stored: async () => occupied(await server.dump()),
      isLook: ({ method }) => method === 'GET',
      straight() {
        const client = new Pinecone({ apiKey: server.apiKey, maxRetries: 0 })
        const open: OpenNamespace = (namespace) =>
          client.index({ name: 'tests', host: server.url, ...(namespace ? { namespace } : {}) })
        return live(open, 'poems')
      },
      connect,
    }
  },
})
