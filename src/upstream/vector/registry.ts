/** The vector adapters by the kind that the configuration names. */
import type { VectorAdapter, VectorKind } from './adapter.ts'
import { chroma } from './chroma/chroma.ts'
import { qdrant } from './qdrant/qdrant.ts'

const ADAPTERS: Readonly<Partial<Record<VectorKind, VectorAdapter>>> = {
  chroma,
  qdrant,
}

export function vectorAdapterOf(kind: VectorKind): VectorAdapter {
  const adapter = ADAPTERS[kind]
  if (adapter === undefined) throw new RangeError(`no adapter for ${kind}`)
  return adapter
}
