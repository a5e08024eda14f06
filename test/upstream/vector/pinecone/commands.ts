// Whatever a tenant may ask of Pinecone, from the table of operations: with namespaces of its own, of
// others, and such as no one has, in bodies that are mostly right.
import fc from 'fast-check'
import { pinecone } from '../../../../src/upstream/vector/pinecone/pinecone.ts'
import type { Command } from '../non-interference.ts'
import { sometimesSpoiled } from '../spoil.ts'

/** Of `docs` and the default namespace there is one of either tenant. */
const NAMES = [
  'docs',
  '',
  '__default__',
  'more',
  'tenant_victim_docs',
  'tenant_victim_',
  'tenant_acme_docs',
  'victim_docs',
]
const MEMBERS = ['namespace', 'queries', 'name', 'prefix', 'filter', 'ids', 'deleteAll', 'target']
const VALUES = [...NAMES, 'secret-id', 4711, true, null]

const namespace = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('docs', '__default__') },
  { weight: 2, arbitrary: fc.constantFrom(...NAMES) },
)
const id = fc.constantFrom('1', '2', '3', 'secret-id')
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 3 })
const number = fc.integer({ min: 1, max: 5 })
const values = fc.tuple(number, number, number)
const metadata = fc.record({ n: number, owner: fc.constantFrom('a', 'b'), namespace })
const filter = fc.oneof(
  fc.record({ n: fc.record({ $gte: number }) }),
  fc.record({ owner: fc.constantFrom('a', 'b') }),
  fc.record({ namespace: fc.record({ $eq: namespace }) }),
)
const vectors = fc.array(fc.record({ id, values, metadata }), { minLength: 1, maxLength: 3 })
const paginationToken = fc.constantFrom('tenant_victim_docs', 'eyJuIjoxfQ')
const topK = fc.integer({ min: 1, max: 20 })
const shown = { includeValues: fc.boolean(), includeMetadata: fc.boolean() }

const BODIES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'vectors.upsert': fc.record({ vectors, namespace }),
  'vectors.update': fc.oneof(
    fc.record({ id, values, namespace }),
    fc.record({ id, setMetadata: metadata, namespace }),
    fc.record({ filter, setMetadata: metadata, namespace }),
  ),
  'vectors.delete': fc.oneof(
    fc.record({ ids, namespace }),
    fc.record({ filter, namespace }),
    fc.record({ deleteAll: fc.constant(true), namespace }),
  ),
  'vectors.query': fc.oneof(
    fc.record({ topK, vector: values, namespace, ...shown }),
    fc.record({ topK, id, filter, namespace, ...shown }),
  ),
  'vectors.fetch_by_metadata': fc.record(
    { filter, namespace, limit: topK, paginationToken },
    { requiredKeys: ['filter', 'namespace'] },
  ),
  'namespaces.create': fc.record({ name: namespace }),
  'records.upsert': fc
    .array(fc.record({ _id: id, chunk_text: fc.constant('a red fox'), owner: namespace }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((lines) => lines.map((line) => JSON.stringify(line)).join('\n')),
  'records.search': fc.record({
    query: fc.record({ top_k: topK, inputs: fc.constant({ text: 'fox' }) }),
  }),
  'index.stats': fc.record({ filter }, { requiredKeys: [] }),
}

/** Query members, in order, each with what may stand there. */
const QUERIES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'vectors.fetch': fc
    .tuple(ids, namespace)
    .map(([all, name]) => `?${all.map((one) => `ids=${one}`).join('&')}&namespace=${name}`),
  'vectors.list': fc
    .tuple(namespace, topK)
    .map(([name, limit]) => `?limit=${limit}&namespace=${name}`),
  'namespaces.list': fc.oneof(
    fc.constant(''),
    namespace.map((name) => `?prefix=${name}`),
    paginationToken.map((token) => `?paginationToken=${token}`),
  ),
}

const isDrop = ({ name }: { readonly name: string }): boolean => name === 'namespaces.delete'

const operation = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...pinecone.operations.filter((one) => !isDrop(one))) },
  { weight: 1, arbitrary: fc.constantFrom(...pinecone.operations.filter(isDrop)) },
)
const segment = fc.oneof(
  { weight: 5, arbitrary: namespace.map((name) => (name === '' ? '%20' : name)) },
  { weight: 1, arbitrary: fc.constantFrom('..', '%2e%2e', 'docs%2F..%2Ftenant_victim_docs') },
)

export const pineconeCommand: fc.Arbitrary<Command> = operation.chain((one) => {
  const body = BODIES[one.name]
  return fc
    .record({
      namespace: segment,
      search: QUERIES[one.name] ?? fc.constant(''),
      index: fc.constantFrom('default', 'tests'),
      body: body === undefined ? fc.constant(undefined) : sometimesSpoiled(body, MEMBERS, VALUES),
    })
    .map((made) => ({
      operation: one.name,
      method: one.method,
      target:
        one.path.replace('{namespace}', made.namespace).replace('{index}', made.index) +
        made.search,
      ...(made.body === undefined ? {} : { body: made.body }),
    }))
})
