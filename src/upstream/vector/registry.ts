/** The vector adapters by the kind that the configuration names. */
import type { VectorAdapter, VectorKind } from './adapter.ts'
import { chroma } from './chroma/chroma.ts'
import { pinecone } from './pinecone/pinecone.ts'
import { qdrant } from './qdrant/qdrant.ts'
import { upstashVector } from './upstash-vector/upstash-vector.ts'
import { weaviate } from './weaviate/weaviate.ts'

const ADAPTERS: Readonly<Record<VectorKind, VectorAdapter>> = {
  qdrant,
  chroma,
  pinecone,
  weaviate,
  'upstash-vector': upstashVector,
}

export function vectorAdapters(): readonly VectorAdapter[] {
  return Object.values(ADAPTERS)
}

export function vectorAdapterOf(kind: VectorKind): VectorAdapter {
  return ADAPTERS[kind]
}
