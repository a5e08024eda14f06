// How a stored vector scores against a target, examples, or pairs of examples.
import { badInput } from './errors.ts'
import { type Distance, mapRows, similarity, type Vector } from './vector.ts'

type Score = (stored: Vector) => number
interface Pair {
  readonly positive: Vector
  readonly negative: Vector
}

/** Scorers for one vector field; `prepare` makes of a vector what the collection would store. */
export function scorer(distance: Distance, prepare: (vector: Vector) => Vector) {
  const similarTo = (target: Vector): Score => {
    const prepared = prepare(target)
    return (stored) => similarity(distance, prepared, stored)
  }
  const pairScores = (pairs: readonly Pair[]): { positive: Score; negative: Score }[] =>
    pairs.map(({ positive, negative }) => ({
      positive: similarTo(positive),
      negative: similarTo(negative),
    }))
  return Object.assign(similarTo, {
    recommend(
      positive: readonly Vector[],
      negative: readonly Vector[],
      strategy: 'best_score' | 'sum_scores',
    ): Score {
      const [liked, disliked] = [positive.map(similarTo), negative.map(similarTo)]
      return (stored) => {
        const [up, down] = [liked, disliked].map((scores) => scores.map((score) => score(stored)))
        if (strategy === 'sum_scores') return sum(up) - sum(down)
        const [best, worst] = [Math.max(...(up ?? [])), Math.max(...(down ?? []))]
        return best > worst ? scaledSigmoid(best) : -scaledSigmoid(worst)
      }
    },

    /** The rank by pairs, and within a rank the nearness to the target. */
    discover(target: Vector, pairs: readonly Pair[]): Score {
      const near = similarTo(target)
      const scores = pairScores(pairs)
      return (stored) =>
        scaledSigmoid(near(stored)) +
        sum(scores.map(({ positive, negative }) => Math.sign(positive(stored) - negative(stored))))
    },

    context(pairs: readonly Pair[]): Score {
      const scores = pairScores(pairs)
      return (stored) =>
        sum(
          scores.map(({ positive, negative }) =>
            fastSigmoid(Math.min(positive(stored) - negative(stored) - F32_EPSILON, 0)),
          ),
        )
    },
  })
}

const F32_EPSILON = 2 ** -23
const sum = (values: readonly number[] = []): number => values.reduce((total, v) => total + v, 0)
const fastSigmoid = (x: number): number => x / (1 + Math.abs(x))
const scaledSigmoid = (x: number): number => 0.5 * (fastSigmoid(x) + 1)

/** The point between the positives, pushed away from the negatives. */
export function averageTarget(positive: readonly Vector[], negative: readonly Vector[]): Vector {
  if (positive.length === 0) {
    throw badInput('Positive vectors should not be empty with `average` strategy')
  }
  const liked = average(positive)
  if (negative.length === 0) return liked
  return combined(liked, average(negative), (a, b) => a + a - b)
}

function average(vectors: readonly Vector[]): Vector {
  const [first, ...others] = vectors
  if (first === undefined)
    throw badInput('Positive vectors should not be empty with `average` strategy')
  const total = others.reduce((sumSoFar, each) => combined(sumSoFar, each, (a, b) => a + b), first)
  const shrink = (row: readonly number[]): readonly number[] =>
    row.map((value) => Math.fround(value / vectors.length))
  return total.kind === 'sparse'
    ? { ...total, values: shrink(total.values) }
    : mapRows(total, shrink)
}

function combined(a: Vector, b: Vector, of: (a: number, b: number) => number): Vector {
  if (a.kind === 'dense' && b.kind === 'dense') {
    return {
      kind: 'dense',
      values: a.values.map((value, at) => Math.fround(of(value, b.values[at] ?? 0))),
    }
  }
  if (a.kind === 'sparse' && b.kind === 'sparse') {
    const valueOf = (vector: typeof a, index: number): number =>
      vector.values[vector.indices.indexOf(index)] ?? 0
    const indices = [...new Set([...a.indices, ...b.indices])].sort((x, y) => x - y)
    const values = indices.map((index) => Math.fround(of(valueOf(a, index), valueOf(b, index))))
    return { kind: 'sparse', indices, values }
  }
  throw badInput(
    'Positive and negative vectors should be of the same type, either all dense or all sparse or all multi',
  )
}
