// No request of whatever shape makes the adapter name a namespace that is not the tenant's own.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../../../src/problem/problem.ts'
import { pinecone } from '../../../../src/upstream/vector/pinecone/pinecone.ts'
import { fakeUpstream, perform } from '../ask-adapter.ts'
import { namesIn } from './sent-names.ts'

const name = fc.oneof(
  fc.constantFrom('', '__default__', 'n', 'tenant_globex_n', 'tenant_acme', '../n', 'n/../m', '*'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const named = fc.oneof(
  { weight: 4, arbitrary: name },
  { weight: 1, arbitrary: fc.constantFrom(null, ['tenant_globex_n'], { name: 'n' }, 7) },
)
const key = fc.constantFrom(
  'namespace',
  'Namespace',
  'name',
  'queries',
  'target',
  '__proto__',
  'id',
)
const extra = fc.dictionary(key, fc.oneof(named, fc.jsonValue({ maxDepth: 2 })), { maxKeys: 1 })

const id = fc.string({ minLength: 1, maxLength: 8 })
const vector = fc.record({ id, values: fc.array(fc.double({ noNaN: true }), { maxLength: 3 }) })
const filter = fc.record({ namespace: fc.oneof(name, fc.integer()) })
const pagination = fc.option(id, { nil: undefined, freq: 20 })

const bodies: readonly [target: string, body: fc.Arbitrary<object>][] = [
  ['/vectors/upsert', fc.record({ vectors: fc.array(vector, { maxLength: 3 }), namespace: named })],
  ['/vectors/update', fc.record({ id, setMetadata: filter, namespace: named })],
  ['/vectors/update', fc.record({ filter, setMetadata: filter, namespace: named })],
  ['/vectors/delete', fc.record({ ids: fc.array(id), namespace: named })],
  ['/vectors/delete', fc.record({ filter, namespace: named })],
  [
    '/vectors/fetch_by_metadata',
    fc.record({ filter, namespace: named, paginationToken: pagination }),
  ],
  ['/query', fc.record({ topK: fc.nat(20), id, filter, namespace: named })],
  ['/query', fc.record({ topK: fc.nat(20), vector: fc.array(fc.integer()), namespace: named })],
  ['/namespaces', fc.record({ name: named })],
  ['/describe_index_stats', fc.record({ filter })],
]

const post = fc
  .constantFrom(...bodies)
  .chain(([target, body]) =>
    fc
      .tuple(
        body,
        fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: extra }),
      )
      .map(([given, more]) => ({ method: 'POST', target, body: { ...given, ...more } })),
  )

const inPath = fc
  .tuple(
    fc.constantFrom(
      ['GET', '/namespaces/{}', undefined],
      ['DELETE', '/namespaces/{}', undefined],
      ['POST', '/records/namespaces/{}/search', { query: { top_k: 1, id: 'a' } }],
      ['POST', '/records/namespaces/{}/upsert', '{"_id":"a","namespace":"tenant_globex_n"}'],
      ['GET', '/vectors/fetch?ids=a&namespace={}', undefined],
      ['GET', '/vectors/list?namespace={}', undefined],
      ['GET', '/namespaces?prefix={}', undefined],
    ),
    name.filter((text) => text.isWellFormed()),
    fc.boolean(),
  )
  .map(([[method = '', target, body], text, raw]) => {
    const segment = raw && /^[a-z_./*]*$/.test(text) ? text : encodeURIComponent(text)
    return { method: `${method}`, target: `${target}`.replace('{}', segment), body }
  })

describe('a request of any shape', () => {
  it('names nothing at Pinecone but what is the tenant’s own', async () => {
    let reached = 0
    await fc.assert(
      fc.asyncProperty(fc.oneof(post, inPath), async (ask) => {
        const upstream = fakeUpstream()
        await perform(pinecone, ask, upstream).catch((error: unknown) => {
          if (!(error instanceof Problem)) throw error
        })
        reached += upstream.sent.length
        for (const sent of upstream.sent) {
          const names = namesIn(sent) ?? ['a request that has no business there']
          expect(names.filter((one) => !one.startsWith('tenant_acme_'))).toEqual([])
        }
      }),
      { numRuns: 3_000 },
    )
    // Else this would be about refusals alone.
    expect(reached).toBeGreaterThan(800)
  })
})
