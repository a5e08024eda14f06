// The official client of Upstash Vector at the gateway, with all that stands between.
import { Index } from '@upstash/vector'
import { startUpstashVector } from '../support/upstash-vector/upstash-vector.ts'
import { live } from '../upstream/vector/upstash-vector/life.ts'
import { occupied, type OfficialClient, vectorContract } from './vector-contract.ts'

const record = (id: string) => ({ id, vector: [1, id.length, 0] })

function connect(gatewayUrl: string, key: string): OfficialClient {
  const url = `${gatewayUrl}/upstash-vector`
  const index = new Index({ url, token: key, retry: false })
  return {
    live: () => live(index, 'poems'),
    write: (place, ids) => index.namespace(place).upsert(ids.map(record)),
    async count(place) {
      const { namespaces } = await index.info()
      return namespaces[place]?.vectorCount ?? 0
    },
    drop: (place) => index.deleteNamespace(place),
    rawWrite: (place, ids) =>
      fetch(`${url}/upsert/${place}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(ids.map(record)),
      }),
  }
}

vectorContract('the official Upstash Vector client', {
  refusals: {
    full: { name: 'UpstashError', says: /has \d+\/\d+/ },
    suspended: { name: 'UpstashError', says: /suspended/ },
    scopeless: { name: 'UpstashError', says: /scope/ },
    unknown: { name: 'UpstashError', says: /key/ },
    missing: { name: 'UpstashError', says: /There is no/ },
  },
  operations: {
    first: ['vectors.upsert'],
    second: ['vectors.upsert'],
    count: ['index.info'],
    drop: ['namespaces.delete'],
  },
  left: { max_collections: 1, max_vectors: 1 },
  async open() {
    const server = await startUpstashVector()
    return {
      ...server,
      bindings: {
        UPSTREAM_UPSTASH_VECTOR_URL: server.url,
        UPSTREAM_UPSTASH_VECTOR_KEY: server.token,
      },
      stored: async () => occupied(await server.dump()),
      isLook: ({ target }) => target === '/info' || target.startsWith('/fetch/'),
      straight: () =>
        live(new Index({ url: server.url, token: server.token, retry: false }), 'poems'),
      connect,
    }
  },
})
