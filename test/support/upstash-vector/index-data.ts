// What one index holds and what its commands do to it. The default namespace '' is always there and
// is everybody's; others appear with their first record and stay, empty, until they are deleted.
import { byScore, cosine } from '../vector/similarity.ts'
import { embedText } from '../vector/toy-embedding.ts'
import type * as command from './command.ts'
import { refuse } from './errors.ts'
import { parseFilter } from './filter.ts'
import type * as z from 'zod'

type Records = Map<string, command.Record>
type Include = Pick<command.Query, 'includeData' | 'includeMetadata' | 'includeVectors'>

const FETCHED_AT_MOST = 1000

export class IndexData {
  readonly dimension: number
  readonly #namespaces = new Map<string, Records>([['', new Map()]])

  constructor(dimension: number) {
    this.dimension = dimension
  }

  get names(): readonly string[] {
    return [...this.#namespaces.keys()]
  }

  upsert(namespace: string, added: readonly command.Record[]): 'Success' {
    for (const { vector } of added) this.#checkDimension(vector)
    const records = this.#namespaces.get(namespace) ?? new Map<string, command.Record>()
    this.#namespaces.set(namespace, records)
    for (const record of added) records.set(record.id, record)
    return 'Success'
  }

  upsertData(namespace: string, added: readonly Omit<command.Record, 'vector'>[]): 'Success' {
    const embed = (text: string): number[] => embedText(text, this.dimension)
    const records = added.map((record) => ({ ...record, vector: embed(record.data ?? '') }))
    return this.upsert(namespace, records)
  }

  /** Every match, best first. */
  rank(namespace: string, query: command.Query): object[] {
    const { data } = query
    const vector = data === undefined ? query.vector : embedText(data, this.dimension)
    if (vector === undefined) return refuse(400, 'A vector must be given')
    this.#checkDimension(vector)
    const passes = parseFilter(query.filter)
    return [...this.#records(namespace).values()]
      .filter(({ metadata }) => passes(metadata))
      .map((record) => ({ record, id: record.id, score: (1 + cosine(vector, record.vector)) / 2 }))
      .sort(byScore)
      .map(({ record, score }) => ({ id: record.id, score, ...shown(record, query) }))
  }

  fetch(namespace: string, asked: z.infer<typeof command.Fetch>): (object | null)[] {
    const records = this.#records(namespace)
    const { ids, prefix } = asked
    if (ids === undefined) {
      const found = [...records.values()].filter(({ id }) => id.startsWith(prefix ?? ''))
      return found.slice(0, FETCHED_AT_MOST).map((record) => whole(record, asked))
    }
    return ids.map((id) => {
      const record = records.get(id)
      return record === undefined ? null : whole(record, asked)
    })
  }

  random(namespace: string): object | null {
    const [first] = this.#records(namespace).values()
    return first === undefined ? null : { id: first.id, vector: first.vector }
  }

  range(namespace: string, asked: z.infer<typeof command.Range>): object {
    const all = [...this.#records(namespace).values()]
    const found = all.filter(({ id }) => id.startsWith(asked.prefix))
    const end = asked.cursor + asked.limit
    const vectors = found.slice(asked.cursor, end).map((record) => whole(record, asked))
    return { nextCursor: end < found.length ? `${end}` : '', vectors }
  }

  update(namespace: string, asked: command.Update): object {
    const records = this.#records(namespace)
    const record = records.get(asked.id)
    if (record === undefined) return { updated: 0 }
    const { data = record.data } = asked
    const embedded = asked.data === undefined ? undefined : embedText(asked.data, this.dimension)
    const vector = asked.vector ?? embedded ?? record.vector
    this.#checkDimension(vector)
    const patched =
      asked.metadataUpdateMode === 'PATCH'
        ? mergePatch(record.metadata ?? {}, asked.metadata ?? {})
        : (asked.metadata ?? record.metadata)
    const metadata = patched === undefined ? {} : { metadata: patched }
    records.set(record.id, {
      id: record.id,
      vector,
      ...metadata,
      ...(data === undefined ? {} : { data }),
    })
    return { updated: 1 }
  }

  delete(namespace: string, asked: command.Delete): object {
    const records = this.#records(namespace)
    const passes = 'filter' in asked ? parseFilter(asked.filter) : null
    const gone = [...records.values()].filter(({ id, metadata }) => {
      if ('ids' in asked) return asked.ids.includes(id)
      return 'prefix' in asked ? id.startsWith(asked.prefix) : passes?.(metadata)
    })
    for (const { id } of gone) records.delete(id)
    return { deleted: gone.length }
  }

  reset(namespace: string): 'Success' {
    this.#namespaces.get(namespace)?.clear()
    return 'Success'
  }

  deleteNamespace(namespace: string): 'Success' {
    if (namespace === '') refuse(400, 'The default namespace cannot be deleted')
    if (!this.#namespaces.delete(namespace)) {
      refuse(404, `Namespace ${namespace} for the index tests does not exist`)
    }
    return 'Success'
  }

  rename({ namespace, newNamespace, deleteExisting }: z.infer<typeof command.Rename>): object {
    const records = this.#namespaces.get(namespace)
    if (namespace === '' || records === undefined) {
      return refuse(404, `Namespace ${namespace} for the index tests does not exist`)
    }
    if (this.#namespaces.has(newNamespace) && !deleteExisting) {
      refuse(409, `Namespace ${newNamespace} for the index tests exists`)
    }
    this.#namespaces.delete(namespace)
    this.#namespaces.set(newNamespace, records)
    return { renamed: true }
  }

  info(): object {
    const counts = [...this.#namespaces].map(([name, { size }]) => [name, size] as const)
    const vectorCount = counts.reduce((sum, [, size]) => sum + size, 0)
    const tell = (count: number): object => ({ vectorCount: count, pendingVectorCount: 0 })
    return {
      ...tell(vectorCount),
      indexSize: JSON.stringify(this.dump()).length,
      dimension: this.dimension,
      similarityFunction: 'COSINE',
      indexType: 'DENSE',
      denseIndex: {
        dimension: this.dimension,
        similarityFunction: 'COSINE',
        embeddingModel: 'TOY',
      },
      namespaces: Object.fromEntries(counts.map(([name, count]) => [name, tell(count)])),
    }
  }

  dump(): object {
    return Object.fromEntries([...this.#namespaces].map(([name, all]) => [name, [...all.values()]]))
  }

  #records(namespace: string): Records {
    return this.#namespaces.get(namespace) ?? new Map<string, command.Record>()
  }

  #checkDimension({ length }: readonly number[]): void {
    if (length === this.dimension) return
    refuse(422, `Invalid vector dimension: ${length}, expected: ${this.dimension}`)
  }
}

function whole(record: command.Record, include: Include): object {
  return { id: record.id, ...shown(record, include) }
}

function shown({ vector, metadata, data }: command.Record, include: Include): object {
  return {
    ...(include.includeVectors ? { vector } : {}),
    ...(include.includeMetadata && metadata !== undefined ? { metadata } : {}),
    ...(include.includeData && data !== undefined ? { data } : {}),
  }
}

/** RFC 7396. */
function mergePatch(
  target: unknown,
  patch: Readonly<Record<string, unknown>>,
): {
  [key: string]: unknown
} {
  const merged = new Map<string, unknown>(isObject(target) ? Object.entries(target) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, isObject(value) ? mergePatch(merged.get(key), value) : value)
  }
  return Object.fromEntries(merged)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
