// Fusion of several lists of hits into one: by reciprocal rank, or by distribution of scores.
import { badRequest } from './errors.ts'
import type { Hit } from './output.ts'
import { comparePointIds } from './point-id.ts'

/** Scores depend on positions alone. Throws when the weights do not fit the sources. */
export function rrf(
  sources: readonly (readonly Hit[])[],
  k: number,
  weights: readonly number[] | null,
): Hit[] {
  if (weights !== null && weights.length !== sources.length) {
    const counts = `got ${weights.length}, expected ${sources.length}`
    throw badRequest(`Number of weights in RRF should match number of pre-fetches: ${counts}`)
  }
  return summed(
    sources.map((hits, source) => {
      const weight = weights?.[source] ?? 1
      return hits.map((hit, at) => ({
        ...hit,
        score: weight <= 0 ? 0 : Math.fround(1 / ((at + 1) / weight + k - 1)),
      }))
    }),
  )
}

/** Each list is stretched so that three standard deviations about its mean become 0 to 1. */
export function dbsf(sources: readonly (readonly Hit[])[]): Hit[] {
  return summed(sources.map(stretched))
}

function stretched(hits: readonly Hit[]): Hit[] {
  const scores = hits.map(({ score }) => score)
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (scores.length - 1)
  const [min, max] = [mean - 3 * Math.sqrt(variance), mean + 3 * Math.sqrt(variance)]
  const isFlat = hits.length < 2 || min === max
  return hits.map((hit) => ({
    ...hit,
    score: isFlat ? 0.5 : Math.fround((hit.score - min) / (max - min)),
  }))
}

function summed(sources: readonly (readonly Hit[])[]): Hit[] {
  const byId = new Map<string, Hit>()
  for (const hit of sources.flat()) {
    const before = byId.get(hit.point.id)
    const score = Math.fround((before?.score ?? 0) + hit.score)
    byId.set(hit.point.id, { ...(before ?? hit), score })
  }
  return [...byId.values()].sort(
    (a, b) => b.score - a.score || comparePointIds(a.point.id, b.point.id),
  )
}
