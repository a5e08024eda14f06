// GraphQL queries as they go to Weaviate: made anew of what was read, in the tenant of the caller.
import { describe, expect, it } from 'vitest'
import { AUTHOR, done, graphql, HIDDEN, ID, plan, refused, server } from './ask-weaviate.ts'

async function sent(query: string): Promise<string> {
  const answered = server(() => ({ body: { data: {} } }))
  await done(graphql(query), answered)
  return JSON.parse(answered.sent[0]?.body ?? '{}').query
}

const get = (args: string, fields = 'title'): string => `{ Get { Poem(${args}) { ${fields} } } }`

describe('a query that is offered', () => {
  it.each([
    ['the shortest', '{Get{Poem{title}}}', '{Get{Poem(tenant:"acme"){title}}}'],
    ['one with a name', 'query A { Get { Poem { title } } }', '{Get{Poem(tenant:"acme"){title}}}'],
    ['its own tenant', get('tenant: "acme"'), '{Get{Poem(tenant:"acme"){title}}}'],
    ['its own tenant in other words', get('tenant: """\\n  acme"""'.replace('\\n', '\n')), '{Get{Poem(tenant:"acme"){title}}}'], // prettier-ignore
    ['a vector', get('nearVector: {vector: [1, 0.10, -2e-7, 12345678901234567890]}'), '{Get{Poem(tenant:"acme",nearVector:{vector:[1,0.10,-2e-7,12345678901234567890]}){title}}}'], // prettier-ignore
    ['a vector of several', get('nearVector: {vector: [[1], [2]]}'), '{Get{Poem(tenant:"acme",nearVector:{vector:[[1],[2]]}){title}}}'], // prettier-ignore
    ['named vectors', get('nearVector: {vectorPerTarget: {a: [1], b: [2]}, targets: {targetVectors: ["a", "b"], combinationMethod: manualWeights, weights: {a: 1, b: [2]}}}'), '{Get{Poem(tenant:"acme",nearVector:{vectorPerTarget:{a:[1],b:[2]},targets:{targetVectors:["a","b"],combinationMethod:manualWeights,weights:{a:1,b:[2]}}}){title}}}'], // prettier-ignore
    ['nearness by beacon', get(`nearObject: {beacon: "${AUTHOR}"}`), `{Get{Poem(tenant:"acme",nearObject:{beacon:"${AUTHOR}"}){title}}}`], // prettier-ignore
    ['words', get('bm25: {query: "a \\"b\\" \\u00e9", properties: ["title^2"]}'), '{Get{Poem(tenant:"acme",bm25:{query:"a \\"b\\" é",properties:["title^2"]}){title}}}'], // prettier-ignore
    ['both', get('hybrid: {query: "a", vector: [1], alpha: 0.5, fusionType: rankedFusion}'), '{Get{Poem(tenant:"acme",hybrid:{query:"a",vector:[1],alpha:0.5,fusionType:rankedFusion}){title}}}'], // prettier-ignore
    ['words by hybrid', get('hybrid: {query: "a", alpha: 0}'), '{Get{Poem(tenant:"acme",hybrid:{query:"a",alpha:0}){title}}}'], // prettier-ignore
    ['a page', get('limit: 2, offset: 3, sort: [{path: ["year"], order: desc}]'), '{Get{Poem(tenant:"acme",limit:2,offset:3,sort:[{path:["year"],order:desc}]){title}}}'], // prettier-ignore
    ['a filter', get('where: {operator: And, operands: [{path: ["by", "Author", "name"], operator: ContainsAny, valueText: ["a", "b"]}, {path: "len(title)", operator: GreaterThan, valueInt: 3}]}'), '{Get{Poem(tenant:"acme",where:{operator:And,operands:[{path:["by","Author","name"],operator:ContainsAny,valueText:["a","b"]},{path:["len(title)"],operator:GreaterThan,valueInt:3}]}){title}}}'], // prettier-ignore
    ['references', get('limit: 1', 'by { ... on Author { name _additional { id } } } at { latitude }'), '{Get{Poem(tenant:"acme",limit:1){by{...on Author{name _additional{id}}} at{latitude}}}}'], // prettier-ignore
    ['groups', get('groupBy: {path: ["code"], groups: 2, objectsPerGroup: 3}', '_additional { group { count groupedBy { value } hits { title _additional { id } } } }'), '{Get{Poem(tenant:"acme",groupBy:{path:["code"],groups:2,objectsPerGroup:3}){_additional{group{count groupedBy{value} hits{title _additional{id}}}}}}}'], // prettier-ignore
    ['figures', '{ Aggregate { Poem(groupBy: ["code"]) { meta { count } groupedBy { value } title { topOccurrences(limit: 2) { value occurs } } year { mean } } } }', '{Aggregate{Poem(tenant:"acme",groupBy:["code"]){meta{count} groupedBy{value} title{topOccurrences(limit:2){value occurs}} year{mean}}}}'], // prettier-ignore
    ['two classes, and figures', '{ Get { Poem { title } Author { name } } Aggregate { Poem { meta { count } } } }', '{Get{Poem(tenant:"acme"){title} Author(tenant:"acme"){name}} Aggregate{Poem(tenant:"acme"){meta{count}}}}'], // prettier-ignore
  ])('is written anew: %s', async (_, query, written) => {
    expect(await sent(query)).toBe(written)
  })

  it('counts as many requests as it searches classes', async () => {
    const query = '{ Get { Poem { title } Author { name } } Aggregate { Poem { meta { count } } } }'
    expect((await plan(graphql(query))).plan.units).toBe(3)
  })
})

const NOT_THERE = 'NotFound: There is no collection, point or handle of this name here.'
const nested = (depth: number): string =>
  depth === 0 ? 'name' : `by { ... on Author { ${nested(depth - 1)} } }`

describe('a query that is not offered', () => {
  it.each([
    ['another tenant', get('tenant: "globex"'), NOT_THERE],
    ['a tenant twice', get('tenant: "acme", tenant: "globex"'), NOT_THERE],
    ['a tenant in a list', get('tenant: ["acme"]'), NOT_THERE],
    ['another class', '{Get{Hidden{title}}}', NOT_THERE],
    ['another class that is none', '{Get{Nowhere{title}}}', NOT_THERE],
    ['a small letter', '{Get{poem{title}}}', NOT_THERE],
    ['another class by reference', get('limit: 1', 'by { ... on Hidden { title } }'), NOT_THERE],
    ['a fragment of no class', get('limit: 1', 'by { ... { title } }'), NOT_THERE],
    ['fields beside fragments', get('limit: 1', 'by { __typename ... on Author { name } }'), 'InvalidBody: Get.Poem.by must say "... on Class" for all.'], // prettier-ignore
    ['another class by path', get('where: {path: ["by", "Hidden", "title"], operator: Equal, valueText: "a"}'), 'InvalidBody: Get.Poem.where.path must go from properties to classes that are offered here.'], // prettier-ignore
    ['another class by beacon', get(`nearObject: {beacon: "${HIDDEN}"}`), 'InvalidBody: Get.Poem.nearObject.beacon must be weaviate://localhost/Class/uuid with a class that is offered here.'], // prettier-ignore
    ['an id and a beacon', get(`nearObject: {id: "${ID}", beacon: "${AUTHOR}"}`), 'InvalidBody: Get.Poem.nearObject must have exactly one of id, beacon.'], // prettier-ignore
    ['exploring', '{Explore(nearVector:{vector:[1]}){beacon}}', 'InvalidBody: query.Explore is not offered here.'], // prettier-ignore
    ['the schema', '{__schema{types{name}}}', 'InvalidBody: query.__schema is not offered here.'],
    ['the type of an object', get('limit: 1', '__typename'), 'InvalidBody: Get.Poem.__typename is not offered here.'], // prettier-ignore
    ['a mutation', 'mutation {Get{Poem{title}}}', 'InvalidBody: query must not be a mutation or subscription.'], // prettier-ignore
    ['two operations', 'query A {Get{Poem{title}}} query B {Get{Poem{title}}}', 'InvalidBody: query must be one operation, without fragments.'], // prettier-ignore
    ['a fragment', '{...F} fragment F on WeaviateObj {Get{Poem{title}}}', 'InvalidBody: query must be one operation, without fragments.'], // prettier-ignore
    ['an inline fragment of classes', '{Get{... on GetObjectsObj{Poem{title}}}}', 'InvalidBody: Get must have no fragments here.'], // prettier-ignore
    ['a variable', 'query($t: String){Get{Poem(tenant:$t){title}}}', 'InvalidBody: query must have no variables: write the values in their places.'], // prettier-ignore
    ['a directive', '{Get @skip(if: false) {Poem{title}}}', 'InvalidBody: query.Get must have no directives.'], // prettier-ignore
    ['an alias', '{Get{a: Poem{title}}}', 'InvalidBody: Get must have no aliases.'],
    [
      'a field twice',
      '{Get{Poem{title title}}}',
      'InvalidBody: Get.Poem.title stands there twice.',
    ],
    ['a class twice', '{Get{Poem{title}Poem{title}}}', 'InvalidBody: Get.Poem stands there twice.'],
    ['a text to embed', get('nearText: {concepts: ["a"]}'), 'InvalidBody: Get.Poem.nearText is not offered here.'], // prettier-ignore
    ['a text to embed by hybrid', get('hybrid: {query: "a"}'), 'InvalidBody: Get.Poem.hybrid.vector is required, unless alpha is 0: words are not embedded here.'], // prettier-ignore
    ['searches in hybrid', get('hybrid: {query: "a", vector: [1], searches: []}'), 'InvalidBody: Get.Poem.hybrid.searches is not offered here.'], // prettier-ignore
    ['a text to generate', get('limit: 1', '_additional { generate(singleResult: {prompt: "a"}) { error } }'), 'InvalidBody: Get.Poem._additional.generate takes no arguments here.'], // prettier-ignore
    ['what is not told', get('limit: 1', '_additional { queryProfile }'), 'InvalidBody: Get.Poem._additional.queryProfile is not offered here.'], // prettier-ignore
    ['two searches', get('nearVector: {vector: [1]}, bm25: {query: "a"}'), 'InvalidBody: Get.Poem must have at most one of nearVector, nearObject, bm25, hybrid.'], // prettier-ignore
    ['a long page', get('limit: 1001'), 'InvalidBody: Get.Poem.limit must be an integer from 1 to 1000.'], // prettier-ignore
    [
      'no limit',
      get('limit: -1'),
      'InvalidBody: Get.Poem.limit must be an integer from 1 to 1000.',
    ],
    [
      'a null',
      get('limit: null'),
      'InvalidBody: Get.Poem.limit must be an integer from 1 to 1000.',
    ],
    ['what a reference points to', '{Aggregate{Poem{by{pointingTo}}}}', 'InvalidBody: Aggregate.Poem.by.pointingTo is not offered here.'], // prettier-ignore
    ['too many references', get('limit: 1', nested(5)), `InvalidBody: Get.Poem.${'by.Author.'.repeat(4)}by follows more than 4 references.`], // prettier-ignore
    ['too deep', `{Get{Poem${'{a'.repeat(50)}${'}'.repeat(50)}}}`, 'InvalidBody: query must nest at most 48 deep.'], // prettier-ignore
    ['too wide', `{Get{Poem{${Array.from({ length: 500 }, (_, n) => `a${n}`).join(' ')}}}}`, 'InvalidBody: Get.Poem.a499 is too much: a query has at most 500 fields.'], // prettier-ignore
    ['too long', `{Get{Poem(nearVector:{vector:[${'1,'.repeat(150_001)}]}){title}}}`, 'InvalidBody: query must have at most 150000 tokens.'], // prettier-ignore
    ['no end', '{Get{Poem', 'InvalidBody: query is not GraphQL, at line 1, column 10.'],
    ['no fields', '{Get{Poem}}', 'InvalidBody: Get.Poem must say which fields.'],
  ])('is refused: %s', async (_, query, told) => {
    expect(await refused(graphql(query))).toBe(told)
  })

  it.each([
    ['variables', { variables: { a: 1 } }, 'InvalidBody: variables.a is not a member known here.'],
    ['an operation that is not there', { operationName: 'B' }, 'InvalidBody: operationName names an operation that is not there.'], // prettier-ignore
    ['extensions', { extensions: {} }, 'InvalidBody: extensions is not a member known here.'],
  ])('is refused with %s around it', async (_, more, told) => {
    expect(await refused(graphql('{Get{Poem{title}}}', more))).toBe(told)
  })
})

describe('the answer to a query', () => {
  const answered = (body: object, query: string) =>
    done(
      graphql(query),
      server(() => ({ body })),
    ).then(({ answer }) => answer)

  it('holds what was selected, and nothing besides', async () => {
    const query = '{ Get { Poem { title by { ... on Author { name } } at { latitude } } } }'
    const hit = {
      title: { odd: 1 },
      code: 'x',
      by: [{ name: 'Ada', secret: 1 }, null],
      at: { latitude: 1.5, longitude: 2 },
    }
    const body = { data: { Get: { Poem: [hit], Hidden: [hit] } }, extensions: {} }
    expect(await answered(body, query)).toEqual({
      status: 200,
      stock: 'kept',
      body: {
        data: {
          Get: { Poem: [{ title: null, by: [{ name: 'Ada' }, null], at: { latitude: 1.5 } }] },
        },
      },
    })
  })

  it('tells of errors in fixed words and numbers', async () => {
    const errors = [
      { message: 'class Hidden has no tenant "globex"', path: ['Get', 'Hidden'] },
      { message: "explorer: get class: vector search: vector lengths don't match: 3 vs 2" },
    ]
    expect(await answered({ data: { Get: { Poem: null } }, errors }, '{Get{Poem{title}}}')).toEqual(
      {
        status: 200,
        stock: 'kept',
        body: {
          data: { Get: { Poem: null } },
          errors: [
            { message: 'The service does not accept this request.' },
            { message: 'The lengths of the vectors differ: 3 and 2.' },
          ],
        },
      },
    )
  })
})
