// What to try first on a vector service, by the API that it speaks.
import type { VectorUpstreamConfig } from '../src/config/gateway.ts'

export interface GuidedVectors {
  readonly name: string
  readonly kind: VectorUpstreamConfig['kind']
}

interface Step {
  readonly title: string
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: object
}

interface Steps {
  /** Where the service's official clients put the key. */
  readonly header: (key: string) => string
  readonly steps: readonly Step[]
}

const STEPS: Readonly<Record<GuidedVectors['kind'], Steps>> = {
  qdrant: {
    header: (key) => `api-key: ${key}`,
    steps: [
      {
        title: 'a collection (409 when it is there already)',
        method: 'PUT',
        path: '/collections/notes',
        body: { vectors: { size: 4, distance: 'Cosine' } },
      },
      {
        title: 'a point',
        method: 'PUT',
        path: '/collections/notes/points',
        body: { points: [{ id: 1, vector: [1, 0, 0, 0], payload: { title: 'first' } }] },
      },
      {
        title: 'a search',
        method: 'POST',
        path: '/collections/notes/points/query',
        body: { query: [1, 0, 0, 0], limit: 3, with_payload: true },
      },
    ],
  },
  chroma: {
    header: (key) => `x-chroma-token: ${key}`,
    steps: [
      {
        title: 'a collection',
        method: 'POST',
        path: '/api/v2/tenants/default_tenant/databases/default_database/collections',
        body: { name: 'notes', get_or_create: true },
      },
    ],
  },
  pinecone: {
    header: (key) => `api-key: ${key}`,
    steps: [{ title: 'the index', method: 'GET', path: '/indexes/default' }],
  },
  weaviate: {
    header: (key) => `authorization: Bearer ${key}`,
    steps: [{ title: 'the classes', method: 'GET', path: '/v1/schema' }],
  },
  'upstash-vector': {
    header: (key) => `authorization: Bearer ${key}`,
    steps: [{ title: 'the index', method: 'GET', path: '/info' }],
  },
}

export function vectorGuide(
  gatewayUrl: string,
  key: string,
  vectors: readonly GuidedVectors[],
): string {
  return vectors
    .map(({ name, kind }) => {
      const { header, steps } = STEPS[kind]
      return steps
        .map(
          (step) =>
            `\nOn ${name}, ${step.title}:\n\n${curl(`${gatewayUrl}/${name}`, header(key), step)}\n`,
        )
        .join('')
    })
    .join('')
}

function curl(url: string, header: string, { method, path, body }: Step): string {
  const verb = method === 'GET' || method === 'POST' ? '' : `-X ${method} `
  const first = `  curl ${verb}${url}${path} -H '${header}'`
  if (body === undefined) return first
  return `${first} \\\n    -H 'content-type: application/json' -d '${JSON.stringify(body)}'`
}
