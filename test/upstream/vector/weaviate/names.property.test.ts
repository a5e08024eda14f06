// No request of whatever shape makes the adapter name a class that is not declared, or a tenant that is
// not the caller.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../../../src/problem/problem.ts'
import { type Asked, done, ID, server, settingsOnce } from './ask-weaviate.ts'
import { namesIn } from './sent-names.ts'
import { CLASSES } from './world.ts'

/** Mostly what gets through, or nothing would be shown. */
const often = <T>(good: T, ...odd: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(good) }, fc.constantFrom(...odd))
const className = often(
  'Poem',
  'Author',
  'poem',
  'Hidden',
  'POEM',
  '',
  '..',
  'Poem/x',
  'Poem,Hidden',
)
const tenant = often(undefined, 'acme', 'globex', 'ACME', '', 'acme,globex')
const id = often(ID, ID.toUpperCase(), 'x', '', `${ID}/references/by`)
const beacon = fc
  .tuple(
    often(
      'weaviate://localhost',
      'weaviate://elsewhere',
      'http://localhost',
      'weaviate://localhost/',
    ),
    often('/Author', '/Hidden', '', '/author', '//Author', '/Author/../Hidden'),
    often(`/${ID}`, `/${ID}/by`, `/${ID}?tenant=globex`, ''),
  )
  .map((parts) => parts.join(''))
const reference = fc.oneof(
  { weight: 4, arbitrary: fc.record({ beacon }) },
  fc.record({ beacon, href: fc.constant('/v1/objects/Hidden/x') }),
  fc.record({ BEACON: beacon }),
)
const properties = fc.record(
  {
    title: fc.string({ maxLength: 4 }),
    by: fc.oneof(fc.array(reference, { maxLength: 2 }), reference),
    place: fc.array(fc.record({ town: fc.oneof(fc.constant('a'), reference) }), { maxLength: 1 }),
    secret: fc.constant(1),
  },
  { requiredKeys: ['title'] },
)
const object = fc.record(
  {
    class: className,
    tenant,
    id: often(ID, 'x'),
    properties,
    vector: fc.constant([1]),
    Class: fc.constant('Hidden'),
  },
  { requiredKeys: ['class', 'properties'] },
)
const path = fc.oneof(
  fc.constantFrom(['title'], ['by', 'Author', 'name'], ['by', 'Hidden', 'title'], ['by', 'Author']),
  fc.array(fc.constantFrom('by', 'Author', 'Hidden', 'title'), { maxLength: 5 }),
)
const condition = fc.record({ path, operator: fc.constant('Equal'), valueText: fc.constant('a') })
const where = fc.oneof(
  condition,
  fc.record({ operator: fc.constant('Or'), operands: fc.array(condition, { maxLength: 2 }) }),
)

const argument = fc.oneof(
  tenant.map((text) => (text === undefined ? 'limit:1' : `tenant:${JSON.stringify(text)}`)),
  beacon.map((text) => `nearObject:{beacon:${JSON.stringify(text)}}`),
  condition.map((one) => `where:{path:${JSON.stringify(one.path)},operator:Equal,valueText:"a"}`),
  fc.constantFrom('where:{operator:Not,operands:[{path:["by","Hidden","a"],operator:Like,valueText:"*"}]}'), // prettier-ignore
)
const fields = fc.oneof(
  { weight: 3, arbitrary: fc.constant('title') },
  className.map((name) => `by{... on ${name === '' ? 'Author' : name}{name}}`),
  fc.constantFrom('_additional{id}', 'by{...F}', 'by{...{title}}', '...F'),
)
const classField = fc
  .tuple(className, fc.array(argument, { maxLength: 2 }), fields)
  .map(
    ([name, args, below]) => `${name}${args.length === 0 ? '' : `(${args.join(',')})`}{${below}}`,
  )
const query = fc
  .tuple(
    often('{', 'query A{', 'mutation{', 'query($t:String="globex"){'),
    often('Get', 'a:Get', 'Explore', '__schema', 'Get @skip(if:false)'),
    fc.array(classField, { minLength: 1, maxLength: 2 }),
    often('}', '}fragment F on Hidden{title}', '}query B{Get{Hidden{title}}}'),
  )
  .map(([start, root, classes, end]) => `${start}${root}{${classes.join(' ')}}${end}`)

const inQuery = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `${name}=${encodeURIComponent(value)}`
const queryOf = (...pairs: readonly string[]): string => {
  const there = pairs.filter((pair) => pair !== '')
  return there.length === 0 ? '' : `?${there.join('&')}`
}
/** As it stands or encoded: a segment may be two, or none. */
const place = fc
  .tuple(className, id, fc.boolean())
  .map(([name, text, raw]) =>
    raw ? `${name}/${text}` : `${encodeURIComponent(name)}/${encodeURIComponent(text)}`,
  )

const ask: fc.Arbitrary<Asked> = fc.oneof(
  object.map((body) => ({ method: 'POST', target: '/v1/objects', body })),
  object.map((body) => ({ method: 'POST', target: '/v1/objects/validate', body })),
  fc.record({ objects: fc.array(object, { minLength: 1, maxLength: 3 }) }).map((body) => ({
    method: 'POST',
    target: '/v1/batch/objects',
    body,
  })),
  fc
    .tuple(fc.constantFrom('GET', 'HEAD', 'DELETE'), place, tenant)
    .map(([method, at, of]) => ({ method, target: `/v1/objects/${at}${queryOf(inQuery('tenant', of))}` })), // prettier-ignore
  fc
    .tuple(fc.constantFrom('PUT', 'PATCH'), place, object)
    .map(([method, at, body]) => ({ method, target: `/v1/objects/${at}`, body })),
  fc
    .tuple(className, tenant)
    .map(([name, of]) => ({ method: 'GET', target: `/v1/objects${queryOf(inQuery('class', name), inQuery('tenant', of))}` })), // prettier-ignore
  fc
    .tuple(fc.constantFrom('POST', 'PUT', 'DELETE'), place, tenant, fc.oneof(reference, fc.array(reference))) // prettier-ignore
    .map(([method, at, of, body]) => ({ method, target: `/v1/objects/${at}/references/by${queryOf(inQuery('tenant', of))}`, body })), // prettier-ignore
  fc
    .array(fc.record({ from: beacon.map((text) => `${text}/by`), to: beacon, tenant }), {
      minLength: 1,
      maxLength: 2,
    }) // prettier-ignore
    .map((body) => ({ method: 'POST', target: '/v1/batch/references', body })),
  fc
    .tuple(className, where, tenant)
    .map(([name, filter, of]) => ({ method: 'DELETE', target: `/v1/batch/objects${queryOf(inQuery('tenant', of))}`, body: { match: { class: name, where: filter } } })), // prettier-ignore
  query.map((text) => ({ method: 'POST', target: '/v1/graphql', body: { query: text } })),
  className.map((name) => ({ method: 'GET', target: `/v1/schema/${encodeURIComponent(name)}/tenants` })), // prettier-ignore
)

describe('a request of any shape', () => {
  it('names nothing at Weaviate but declared classes and the caller’s tenant', async () => {
    const settings = settingsOnce()
    const reached = { rest: 0, graphql: 0 }
    await fc.assert(
      fc.asyncProperty(ask, async (asked) => {
        const upstream = server()
        await done({ ...asked, settings }, upstream).catch((error: unknown) => {
          if (!(error instanceof Problem)) throw error
        })
        for (const sent of upstream.sent) {
          reached[sent.target === '/v1/graphql' ? 'graphql' : 'rest'] += 1
          const names = namesIn(sent) ?? { classes: ['no business there'], tenants: [] }
          expect(names.classes.filter((name) => !CLASSES.includes(name))).toEqual([])
          expect(names.tenants.filter((name) => name !== 'acme')).toEqual([])
        }
      }),
      { numRuns: 4_000 },
    )
    // Else this would be about refusals alone.
    expect(reached.rest).toBeGreaterThan(700)
    expect(reached.graphql).toBeGreaterThan(40)
  })
})
