// Vectors, their forms on the wire and how near two of them are. Values are 32-bit floats; sums are
// taken in 64 bits and narrowed once, so the last digit of a score may differ from the real server's.
import { badInput, notImitated } from './errors.ts'
import { float32Number, type Json, JsonNumber, JsonObject } from './json.ts'
import {
  anyOf,
  anything,
  as,
  count,
  type Decode,
  float,
  Invalid,
  list,
  mapOf,
  required,
  struct,
  text,
} from './serde.ts'

export type Vector =
  | { readonly kind: 'dense'; readonly values: readonly number[] }
  | {
      readonly kind: 'sparse'
      readonly indices: readonly number[]
      readonly values: readonly number[]
    }
  | { readonly kind: 'multi'; readonly rows: readonly (readonly number[])[] }
  /** A request to have it computed, which the server passes to an embedding provider. */
  | { readonly kind: 'inference'; readonly model: string; readonly input: Json }

export type Distance = 'Cosine' | 'Euclid' | 'Dot' | 'Manhattan'
export const DISTANCES = ['Cosine', 'Euclid', 'Dot', 'Manhattan'] as const

const narrow = as(float, Math.fround)

const dense: Decode<Vector> = as(list(narrow), (values) => ({ kind: 'dense', values }))

const sparse: Decode<Vector> = as(
  struct('SparseVector', { indices: required(list(count)), values: required(list(narrow)) }),
  ({ indices, values }) => {
    if (indices.length !== values.length) {
      throw new Invalid('values', 'must be the same length as indices')
    }
    if (new Set(indices).size !== indices.length) throw new Invalid('indices', 'must be unique')
    return { kind: 'sparse', indices, values }
  },
)

const multi: Decode<Vector> = as(list(list(narrow)), (rows) => ({ kind: 'multi', rows }))

const inference = (input: string): Decode<Vector> =>
  as(
    struct('Inference', {
      [input]: required(input === 'text' ? text : anything),
      model: required(text),
    }),
    (asked) => ({ kind: 'inference', model: String(asked['model']), input: asked[input] ?? null }),
  )

const inferences = [inference('text'), inference('image'), inference('object')]

const nonEmpty = (vector: Vector): Vector => {
  const isEmpty =
    (vector.kind === 'dense' && vector.values.length === 0) ||
    (vector.kind === 'multi' && vector.rows.some((row) => row.length === 0))
  if (isEmpty) throw new Invalid('vector', 'dense vector must not be empty')
  return vector
}

/** One vector, wherever one may stand. */
export const vector = as(
  anyOf<Vector>(
    'data did not match any variant of untagged enum Vector',
    dense,
    sparse,
    multi,
    ...inferences,
  ),
  nonEmpty,
)

/** The vectors of a point; the default vector's name is empty. */
export type Vectors = ReadonlyMap<string, Vector>

const alone: Decode<Vectors> = as(
  anyOf<Vector>('no vector', dense, multi),
  (only) => new Map([['', nonEmpty(only)]]),
)

export const vectors = anyOf<Vectors>(
  'data did not match any variant of untagged enum VectorStruct',
  alone,
  mapOf(vector),
  ...inferences.map((form) => as(form, (only): Vectors => new Map([['', only]]))),
)

/** The vectors of a whole column: one for each point. */
export const vectorColumn = anyOf<readonly Vectors[]>(
  'data did not match any variant of untagged enum BatchVectorStruct',
  list(alone),
  as(mapOf(list(vector)), (columns) => {
    const length = Math.max(0, ...[...columns.values()].map((column) => column.length))
    return Array.from({ length }, (_, at) => {
      const named = [...columns].flatMap(([name, column]) => {
        const one = column[at]
        return one === undefined ? [] : [[name, one] as const]
      })
      return new Map(named)
    })
  }),
  list(
    anyOf(
      'no inference object',
      ...inferences.map((f) => as(f, (v): Vectors => new Map([['', v]]))),
    ),
  ),
)

export function vectorJson(value: Vector): Json {
  switch (value.kind) {
    case 'dense':
      return value.values.map(float32Number)
    case 'multi':
      return value.rows.map((row) => row.map(float32Number))
    case 'sparse':
      return new JsonObject([
        ['indices', value.indices.map((index) => new JsonNumber(String(index)))],
        ['values', value.values.map(float32Number)],
      ])
    case 'inference':
      return null
  }
}

/** Cosine works on vectors of length one, and that is also what is given back. */
export function normalised(values: readonly number[]): readonly number[] {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  return length < Number.EPSILON ? values : values.map((value) => Math.fround(value / length))
}

export function mapRows(
  value: Vector,
  change: (row: readonly number[]) => readonly number[],
): Vector {
  if (value.kind === 'dense') return { kind: 'dense', values: change(value.values) }
  return value.kind === 'multi' ? { kind: 'multi', rows: value.rows.map(change) } : value
}

/** Larger is nearer, whatever the distance. Both sides are already as the collection stores them. */
export function similarity(distance: Distance, a: Vector, b: Vector): number {
  if (a.kind === 'sparse' && b.kind === 'sparse') return sparseDot(a, b)
  if (a.kind === 'inference' || b.kind === 'inference') throw notImitated('inference')
  if (a.kind === 'sparse' || b.kind === 'sparse') throw badInput('Wrong usage of sparse vectors')
  const [from, to] = [rowsOf(a), rowsOf(b)]
  // Of several rows each is matched with its nearest (MaxSim).
  const best = from.map((row) =>
    Math.max(...to.map((other) => rowSimilarity(distance, row, other))),
  )
  return Math.fround(best.reduce((sum, value) => sum + value, 0))
}

function rowsOf(
  value:
    | { kind: 'dense'; values: readonly number[] }
    | { kind: 'multi'; rows: readonly (readonly number[])[] },
): readonly (readonly number[])[] {
  return value.kind === 'dense' ? [value.values] : value.rows
}

function rowSimilarity(distance: Distance, a: readonly number[], b: readonly number[]): number {
  const sum = (term: (x: number, y: number) => number): number =>
    a.reduce((total, x, at) => total + term(x, b[at] ?? 0), 0)
  switch (distance) {
    case 'Cosine':
    case 'Dot':
      return sum((x, y) => x * y)
    case 'Euclid':
      return -sum((x, y) => (x - y) ** 2)
    case 'Manhattan':
      return -sum((x, y) => Math.abs(x - y))
  }
}

type Sparse = Extract<Vector, { kind: 'sparse' }>

function sparseDot(a: Sparse, b: Sparse): number {
  const values = new Map(b.indices.map((index, at) => [index, b.values[at] ?? 0]))
  const sum = a.indices.reduce(
    (total, index, at) => total + (a.values[at] ?? 0) * (values.get(index) ?? 0),
    0,
  )
  return Math.fround(sum)
}

/** The score that is told: distances are positive and smaller is nearer. */
export function toldScore(distance: Distance, similar: number): number {
  if (distance === 'Euclid') return Math.fround(Math.sqrt(Math.abs(similar)))
  return distance === 'Manhattan' ? Math.abs(similar) : similar
}

export const isSmallerNearer = (distance: Distance): boolean =>
  distance === 'Euclid' || distance === 'Manhattan'
