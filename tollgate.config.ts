/** What this deployment of Tollgate stands in front of. No secret belongs here: see docs/configuration.md. */
import { defineGateway } from './src/config/gateway.ts'

export default defineGateway({
  upstreams: {
    openai: {
      kind: 'openai',
      base_url: 'https://api.openai.com',
      models: ['gpt-*', 'chatgpt-*', 'o1*', 'o3*', 'o4*', 'text-embedding-*'],
    },
    anthropic: {
      kind: 'anthropic',
      base_url: 'https://api.anthropic.com',
      models: ['claude-*'],
    },
    // Vector services are there once they have an address: `UPSTREAM_QDRANT_URL`, or `base_url` here.
    qdrant: { kind: 'qdrant' },
    chroma: { kind: 'chroma' },
    pinecone: { kind: 'pinecone' },
    weaviate: { kind: 'weaviate' },
    'upstash-vector': { kind: 'upstash-vector' },
  },
})
