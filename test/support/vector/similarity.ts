// How near two vectors are, by the measures that the services share. In doubles: the services keep
// 32-bit floats, so their scores differ from these in the last digits.

export function dotProduct(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)
}

/** 1 for the same direction; 0 when either is all zeros. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  const lengths = Math.sqrt(dotProduct(a, a) * dotProduct(b, b))
  return lengths === 0 ? 0 : dotProduct(a, b) / lengths
}

export interface SparseVector {
  readonly indices: readonly number[]
  readonly values: readonly number[]
}

export function sparseDotProduct(a: SparseVector, b: SparseVector): number {
  const weights = new Map(b.indices.map((index, at) => [index, b.values[at] ?? 0]))
  return a.indices.reduce(
    (sum, index, at) => sum + (a.values[at] ?? 0) * (weights.get(index) ?? 0),
    0,
  )
}

/** Highest score first; equal scores by id, so that an answer never depends on insertion. */
export function byScore(
  a: { readonly id: string; readonly score: number },
  b: { readonly id: string; readonly score: number },
): number {
  return b.score - a.score || (a.id < b.id ? -1 : 1)
}
