// What one index holds and what the vector operations do to it. An absent, empty or `__default__`
// namespace is one and the same for everybody. A namespace appears with its first record, stays when
// its last one goes, and is gone only when it is deleted itself.
import type * as z from 'zod'
import {
  byScore,
  cosine,
  dotProduct,
  sparseDotProduct,
  type SparseVector,
} from '../vector/similarity.ts'
import { refuse } from './errors.ts'
import { matches } from './filter.ts'
import type { Delete, FetchByMetadata, Query, Update, Upsert, Vector } from './message.ts'
import { takePage } from './page-token.ts'

export const DEFAULT_NAMESPACE = '__default__'
export type Metric = 'cosine' | 'dotproduct'

type Records = Map<string, Vector>
type Filter = z.infer<typeof Query>['filter']

/** What one query looks for, and where. */
type Target = Pick<
  z.infer<typeof Query>,
  'namespace' | 'filter' | 'topK' | 'id' | 'vector' | 'sparseVector'
>

export class IndexData {
  readonly dimension: number
  readonly metric: Metric
  readonly #namespaces = new Map<string, Records>()

  constructor(dimension: number, metric: Metric) {
    this.dimension = dimension
    this.metric = metric
  }

  get names(): readonly string[] {
    return [...this.#namespaces.keys()]
  }

  countOf(name: string): number | undefined {
    return this.#namespaces.get(name)?.size
  }

  create(name: string): void {
    if (name === '' || this.#namespaces.has(name)) refuse(6, `Namespace "${name}" already exists`)
    this.#namespaces.set(name, new Map())
  }

  drop(name: string): void {
    if (!this.#namespaces.delete(nameOf(name))) refuse(5, `Namespace ${name} not found`)
  }

  upsert({ namespace, vectors }: z.infer<typeof Upsert>): object {
    for (const vector of vectors) this.#checkDimension(vector.values, vector.sparseValues)
    const name = nameOf(namespace)
    const records = this.#namespaces.get(name) ?? new Map<string, Vector>()
    this.#namespaces.set(name, records)
    for (const vector of vectors) records.set(vector.id, vector)
    return { upsertedCount: vectors.length }
  }

  query(asked: z.infer<typeof Query>): object {
    const results = asked.queries.map((query) =>
      this.#answer(asked, {
        namespace: query.namespace ?? asked.namespace,
        filter: query.filter ?? asked.filter,
        topK: query.topK ?? asked.topK,
        vector: query.values,
      }),
    )
    const only = results.length > 0 ? { results } : { results, ...this.#answer(asked, asked) }
    return { ...only, usage: { readUnits: 1 } }
  }

  fetch(namespace: string | null, ids: readonly string[]): object {
    const name = nameOf(namespace)
    const records = this.#records(name)
    const found = ids.flatMap((id) => records.get(id) ?? [])
    return { vectors: byId(found), namespace: name, usage: { readUnits: 1 } }
  }

  fetchByMetadata(asked: z.infer<typeof FetchByMetadata>): object {
    const page = takePage(
      { namespace: nameOf(asked.namespace), prefix: '', limit: asked.limit },
      asked.paginationToken,
      (name) => this.#matching(name, asked.filter).map(({ id }) => id),
    )
    const { namespace, members, ...pagination } = page
    const records = this.#records(namespace)
    const vectors = byId(members.flatMap((id) => records.get(id) ?? []))
    return { vectors, namespace, usage: { readUnits: 1 }, ...pagination }
  }

  list(namespace: string | null, prefix: string, limit: number, token: string | null): object {
    const asked = { namespace: nameOf(namespace), prefix, limit }
    const page = takePage(asked, token, (name) => this.#records(name).keys())
    const { members, ...rest } = page
    return { vectors: members.map((id) => ({ id })), ...rest, usage: { readUnits: 1 } }
  }

  update(asked: z.infer<typeof Update>): object {
    const name = nameOf(asked.namespace)
    const records = this.#records(name)
    const one = asked.id === undefined ? undefined : records.get(asked.id)
    const chosen = asked.filter
      ? this.#matching(name, asked.filter)
      : one === undefined
        ? []
        : [one]
    if (asked.values !== undefined) this.#checkDimension(asked.values, asked.sparseValues)
    for (const record of asked.dryRun ? [] : chosen) {
      const { values = record.values, sparseValues = record.sparseValues, setMetadata } = asked
      const metadata = setMetadata ? { ...record.metadata, ...setMetadata } : record.metadata
      records.set(record.id, { id: record.id, values, ...present({ sparseValues, metadata }) })
    }
    return asked.filter ? { matchedRecords: chosen.length } : {}
  }

  delete(asked: z.infer<typeof Delete>): object {
    const records = this.#namespaces.get(nameOf(asked.namespace))
    if (records === undefined) return refuse(5, 'Namespace not found')
    if (asked.deleteAll) records.clear()
    for (const id of asked.ids) records.delete(id)
    for (const { id } of asked.filter
      ? this.#matching(nameOf(asked.namespace), asked.filter)
      : []) {
      records.delete(id)
    }
    return {}
  }

  stats(filter: Filter): object {
    const counts = this.names.map((name) => {
      return [name, { vectorCount: this.#matching(name, filter).length }] as const
    })
    return {
      namespaces: Object.fromEntries(counts),
      dimension: this.dimension,
      indexFullness: 0,
      totalVectorCount: counts.reduce((sum, [, { vectorCount }]) => sum + vectorCount, 0),
      metric: this.metric,
      vectorType: 'dense',
    }
  }

  dump(): object {
    return Object.fromEntries([...this.#namespaces].map(([name, all]) => [name, [...all.values()]]))
  }

  #records(name: string): Records {
    return this.#namespaces.get(name) ?? new Map<string, Vector>()
  }

  #matching(name: string, filter: Filter): Vector[] {
    return [...this.#records(name).values()].filter(({ metadata }) => matches(metadata, filter))
  }

  #answer(
    { includeValues, includeMetadata }: z.infer<typeof Query>,
    { namespace, filter, topK, id, vector, sparseVector }: Target,
  ): object {
    const name = nameOf(namespace)
    const records = this.#records(name)
    const near = id === undefined ? vector : records.get(id)?.values
    if (id === undefined && near === undefined && sparseVector === undefined) {
      refuse(3, 'Either vector or id must be given')
    }
    if (near !== undefined) this.#checkDimension(near, sparseVector)
    const nothing = near === undefined && sparseVector === undefined
    const matched = (nothing ? [] : this.#matching(name, filter))
      .map((record) => ({
        id: record.id,
        score: this.#score(record, near, sparseVector),
        values: includeValues ? record.values : [],
        ...present({
          sparseValues: includeValues ? record.sparseValues : undefined,
          metadata: includeMetadata ? record.metadata : undefined,
        }),
      }))
      .sort(byScore)
    return { matches: matched.slice(0, topK), namespace: name }
  }

  #score({ values, sparseValues }: Vector, near?: number[], sparse?: SparseVector): number {
    const measure = this.metric === 'cosine' ? cosine : dotProduct
    const dense = near === undefined ? 0 : measure(near, values)
    return dense + (sparse && sparseValues ? sparseDotProduct(sparse, sparseValues) : 0)
  }

  #checkDimension(values: readonly number[], sparse: Vector['sparseValues']): void {
    if (values.length === this.dimension || (values.length === 0 && sparse !== undefined)) return
    const told = `Vector dimension ${values.length} does not match the dimension of the index`
    refuse(3, `${told} ${this.dimension}`)
  }
}

export function nameOf(namespace: string | null | undefined): string {
  return namespace === null || namespace === undefined || namespace === ''
    ? DEFAULT_NAMESPACE
    : namespace
}

function byId(records: readonly Vector[]): object {
  return Object.fromEntries(records.map((record) => [record.id, record]))
}

/** Without the members that are not there, as JSON would leave them out. */
function present<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return JSON.parse(JSON.stringify(members)) as { [K in keyof T]?: NonNullable<T[K]> }
}
