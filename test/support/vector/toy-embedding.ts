// Stands in for an embedding model: words fall into a few buckets by a hash, so that texts which
// share words are near each other and the same text always gives the same vector.
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

export function embedText(text: string, dimension: number): number[] {
  const vector = Array.from({ length: dimension }, () => 0)
  for (const word of words(text)) {
    const bucket = hash(word) % dimension
    vector[bucket] = (vector[bucket] ?? 0) + 1
  }
  return vector
}

/** What the service would bill for embedding it. */
export function countTokens(text: string): number {
  return words(text).length
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function hash(word: string): number {
  let state = FNV_OFFSET
  for (const character of word) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), FNV_PRIME)
  }
  return state >>> 0
}
