// No request of whatever shape makes the adapter name a namespace that is not the tenant's own.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../../../src/problem/problem.ts'
import { upstashVector } from '../../../../src/upstream/vector/upstash-vector/upstash-vector.ts'
import { fakeUpstream, perform } from '../ask-adapter.ts'
import { namesIn } from './sent-names.ts'

const name = fc.oneof(
  fc.constantFrom('n', 'tenant_globex_n', 'tenant_acme', '..', '.', 'n/../m', '*', '%2e%2e'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }).filter((text) => text.isWellFormed()),
)
const id = fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), fc.integer())
const vector = fc.array(fc.integer(), { minLength: 1, maxLength: 3 })
const data = fc.string({ maxLength: 5 })
const filter = name.map((text) => `namespace = '${text}'`)
const key = fc.constantFrom('namespace', 'newNamespace', 'name', 'all', 'uuid', 'topK')
const extra = fc.dictionary(key, fc.oneof(name, fc.jsonValue({ maxDepth: 2 })), { maxKeys: 1 })
const oneOrMore = (record: fc.Arbitrary<object>): fc.Arbitrary<unknown> =>
  fc.oneof(record, fc.array(record, { maxLength: 3 }))
const odd = (body: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.oneof(
    { weight: 4, arbitrary: body },
    { weight: 1, arbitrary: fc.tuple(body, extra).map(([one, more]) => ({ ...one, ...more })) },
  )

const commands: readonly [command: string, body: fc.Arbitrary<unknown>][] = [
  ['upsert', oneOrMore(odd(fc.record({ id, vector, metadata: extra })))],
  ['upsert-data', oneOrMore(odd(fc.record({ id, data })))],
  ['query', oneOrMore(odd(fc.record({ vector, filter })))],
  ['query-data', oneOrMore(odd(fc.record({ data, filter })))],
  ['fetch', odd(fc.record({ ids: fc.array(id) }))],
  [
    'range',
    odd(fc.record({ cursor: fc.constantFrom(0, '0', 'tenant_globex_n'), limit: fc.nat(9) })),
  ],
  ['delete', fc.oneof(id, fc.array(id), odd(fc.record({ filter })))],
  ['update', odd(fc.record({ id, metadata: extra }))],
  ['reset', fc.constantFrom([], {}, ['tenant_globex_n'])],
  ['delete-namespace', fc.constantFrom([], {})],
  ['resumable-query', odd(fc.record({ vector }))],
  ['resumable-query-data', odd(fc.record({ data }))],
  ['resumable-query-next', odd(fc.record({ uuid: fc.uuid(), additionalK: fc.nat(9) }))],
  ['resumable-query-end', odd(fc.record({ uuid: fc.uuid() }))],
  ['info', fc.constantFrom([], {})],
  ['list-namespaces', fc.constantFrom([], ['tenant_globex_n'])],
]

const ask = fc
  .tuple(
    fc.constantFrom(...commands).chain(([command, body]) => fc.tuple(fc.constant(command), body)),
    fc.option(name, { nil: null }),
    fc.boolean(),
    fc.constantFrom('', '', '', '', '?all', '?namespace=tenant_globex_n'),
  )
  .map(([[command, body], text, raw, query]) => {
    const segment = text !== null && raw && /^[a-z_./*]*$/.test(text) ? text : null
    const path = text === null ? '' : `/${segment ?? encodeURIComponent(text)}`
    return { method: 'POST', target: `/${command}${path}${query}`, body: JSON.stringify(body) }
  })

describe('a request of any shape', () => {
  it('names nothing at Upstash Vector but what is the tenant’s own', async () => {
    let reached = 0
    await fc.assert(
      fc.asyncProperty(ask, async (asked) => {
        const upstream = fakeUpstream()
        await perform(upstashVector, asked, upstream).catch((error: unknown) => {
          if (!(error instanceof Problem)) throw error
        })
        reached += upstream.sent.length
        for (const sent of upstream.sent) {
          const names = namesIn(sent) ?? ['a request that has no business there']
          expect(names.filter((one) => !one.startsWith('tenant_acme_'))).toEqual([])
          // A uuid alone would be enough at the service; none was sealed for this tenant.
          expect(sent.target).not.toMatch(/-next|-end/)
        }
      }),
      { numRuns: 3_000 },
    )
    // Else this would be about refusals alone.
    expect(reached).toBeGreaterThan(600)
  })
})
