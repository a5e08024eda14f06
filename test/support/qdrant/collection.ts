// One collection in memory: points, vectors, payloads, indexes. Every write is checked whole before
// it changes anything, and gets the next number, which becomes the version of what it touched.
import type { CollectionConfig, VectorParams } from './collection-config.ts'
import { badInput, badRequest, InferenceAsked, notFound, QdrantError } from './errors.ts'
import type { Candidate, Predicate } from './filter.ts'
import type { JsonObject } from './json.ts'
import type { PayloadIndex } from './payload-index.ts'
import { comparePointIds, type PointId } from './point-id.ts'
import { mapRows, normalised, type Vector, type Vectors } from './vector.ts'

export interface Point extends Candidate {
  readonly id: PointId
  payload: JsonObject
  readonly vectors: Map<string, Vector>
  version: number
}

export interface NewPoint {
  readonly id: PointId
  readonly vectors: Vectors
  readonly payload: JsonObject
}

/** By ids, or by filter; where a request names both, the ids win. */
export interface Selector {
  readonly points: readonly PointId[] | null
  readonly filter: Predicate | null
}

export type UpdateMode = 'upsert' | 'insert_only' | 'update_only'

export class Collection {
  readonly name: string
  readonly config: CollectionConfig
  readonly points = new Map<PointId, Point>()
  readonly indexes = new Map<string, PayloadIndex>()
  operations = 0

  constructor(name: string, config: CollectionConfig) {
    this.name = name
    this.config = config
  }

  /** The points that pass, in the order of their ids. */
  select(filter: Predicate | null): Point[] {
    const passing = [...this.points.values()].filter((point) => filter === null || filter(point))
    return passing.sort((a, b) => comparePointIds(a.id, b.id))
  }

  upsert(points: readonly NewPoint[], mode: UpdateMode, filter: Predicate | null): void {
    this.#checkGrowth(points.length)
    const stored = points.map((point) => ({ ...point, vectors: this.#stored(point.vectors) }))
    for (const { id, vectors, payload } of stored) {
      const before = this.points.get(id)
      if (before === undefined ? mode === 'update_only' : mode === 'insert_only') continue
      if (before !== undefined && filter !== null && !filter(before)) continue
      const point: Point = {
        id,
        payload,
        vectors,
        version: this.operations,
        hasVector: (name) => vectors.has(name),
      }
      this.points.set(id, point)
    }
  }

  delete(selector: Selector): void {
    const ids = selector.points ?? this.select(selector.filter).map(({ id }) => id)
    for (const id of ids) this.points.delete(id)
  }

  updateVectors(points: readonly Omit<NewPoint, 'payload'>[], filter: Predicate | null): void {
    const stored = points.map(({ id, vectors }) => ({ id, vectors: this.#stored(vectors) }))
    for (const { id, vectors } of stored) {
      const point = this.#existing(id)
      if (filter !== null && !filter(point)) continue
      for (const [name, vector] of vectors) point.vectors.set(name, vector)
      point.version = this.operations
    }
  }

  deleteVectors(selector: Selector, names: readonly string[]): void {
    for (const name of names) this.vectorParams(name)
    const byIds = (selector.points ?? []).map((id) => this.#existing(id))
    const byFilter = selector.filter === null ? [] : this.select(selector.filter)
    for (const point of [...byIds, ...byFilter]) {
      for (const name of names) point.vectors.delete(name)
      point.version = this.operations
    }
  }

  changePayloads(selector: Selector, change: (payload: JsonObject) => void): void {
    const points =
      selector.points === null
        ? this.select(selector.filter)
        : selector.points.map((id) => this.#existing(id))
    for (const point of points) {
      change(point.payload)
      point.version = this.operations
    }
  }

  addVector(name: string, params: VectorParams): void {
    const before = this.config.vectors.get(name)
    const isSame = JSON.stringify(before) === JSON.stringify(params)
    if (before !== undefined && !isSame) {
      const how =
        before.kind === params.kind
          ? 'with a different configuration'
          : `as a ${before.kind} vector`
      throw badInput(`Vector \`${name}\` already exists ${how}`)
    }
    this.config.vectors.set(name, params)
  }

  removeVector(name: string): void {
    this.vectorParams(name)
    this.config.vectors.delete(name)
    for (const { vectors } of this.points.values()) vectors.delete(name)
  }

  /** Throws when there is no such vector. */
  vectorParams(name: string): VectorParams {
    const params = this.config.vectors.get(name)
    if (params === undefined) throw badInput(`Not existing vector name error: ${name}`)
    return params
  }

  /** A vector as it is kept and compared: of the right form, and of length one for Cosine. */
  stored(name: string, vector: Vector): Vector {
    const params = this.vectorParams(name)
    if (vector.kind === 'inference') throw new InferenceAsked(vector.model)
    if (params.kind === 'sparse' || vector.kind === 'sparse') {
      if (params.kind === vector.kind) return vector
      throw badInput('Conversion between sparse and regular vectors failed')
    }
    const rows = vector.kind === 'dense' ? [vector.values] : vector.rows
    const wrong = rows.find((row) => row.length !== params.size)
    if (wrong !== undefined) {
      const sizes = `expected dim: ${params.size}, got ${wrong.length}`
      throw badInput(`Vector dimension error: ${sizes}`)
    }
    if (!params.multi && rows.length !== 1) throw badInput('Wrong usage of multi vectors')
    const kept: Vector = params.multi
      ? { kind: 'multi', rows }
      : { kind: 'dense', values: rows[0] ?? [] }
    return params.distance === 'Cosine' ? mapRows(kept, normalised) : kept
  }

  #stored(vectors: Vectors): Map<string, Vector> {
    return new Map([...vectors].map(([name, vector]) => [name, this.stored(name, vector)] as const))
  }

  #existing(id: PointId): Point {
    const point = this.points.get(id)
    if (point === undefined) throw notFound(`No point with id ${id} found`)
    return point
  }

  #checkGrowth(added: number): void {
    const { strict } = this.config
    if (strict?.enabled !== true) return
    const { max_points_count: most, upsert_max_batchsize: batch } = strict
    if (batch !== null && added > batch)
      throw strictly(`Limit exceeded ${added} > ${batch} for "upsert limit"`)
    // As there, the count BEFORE the write is what is looked at: one batch may overshoot.
    if (most !== null && this.points.size >= most) {
      throw badRequest(`Max points count limit of ${most} reached!`)
    }
  }
}

const strictly = (text: string): QdrantError =>
  new QdrantError(
    400,
    `Bad request: ${text}. Help: Reduce the "upsert limit" parameter to or below the limit`,
  )
