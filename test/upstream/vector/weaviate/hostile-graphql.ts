// GraphQL at Weaviate names a class by a field and a tenant by an argument, so whatever GraphQL offers
// to write a field or an argument otherwise hides them.
import { type HostileRequest, own, refused } from '../hostile-request.ts'
import type { WeaviateVictim } from './hostile.ts'

export function graphqlRequests(victim: WeaviateVictim): HostileRequest[] {
  return [...hidden(victim), ...elsewhere(victim), ...envelopes(victim)]
}

/** The victim's tenant, written in every way. */
function hidden({ mount, className: c, slug }: WeaviateVictim): HostileRequest[] {
  const mine = '(tenant: "mallory")'
  const theirs = `(tenant: "${slug}")`
  const queries: [string, string, object?][] = [
    ['plainly', `{ Get { ${c}${theirs} { title } } }`],
    ['behind aliases', `{ a: Get { b: ${c}${theirs} { t: title } } }`],
    ['beside its own', `{ Get { ${c}${mine} { title } x: ${c}${theirs} { title } } }`],
    ['in a second Get', `{ Get { ${c}${mine} { title } } x: Get { ${c}${theirs} { title } } }`],
    ['by a variable', `query($t: String) { Get { ${c}(tenant: $t) { title } } }`, { t: slug }],
    ['by a variables default', `query($t: String = "${slug}") { Get { ${c}(tenant: $t) { title } } }`], // prettier-ignore
    ['by a fragment at the root', `{ ...R } fragment R on WeaviateObj { Get { ${c}${theirs} { title } } }`], // prettier-ignore
    ['by a fragment of classes', `{ Get { ...G } } fragment G on GetObjectsObj { ${c}${theirs} { title } }`], // prettier-ignore
    ['by fragments in fragments', `{ ...A } fragment A on WeaviateObj { ...B } fragment B on WeaviateObj { Get { ...G } } fragment G on GetObjectsObj { ${c}${theirs} { title } }`], // prettier-ignore
    ['by an inline fragment', `{ Get { ... on GetObjectsObj { ${c}${theirs} { title } } } }`],
    ['by an inline fragment of no type', `{ Get { ... { ${c}${theirs} { title } } } }`],
    ['by a directive', `{ Get { ... @include(if: true) { ${c}${theirs} { title } } } }`],
    ['by a directive on a variable', `query($y: Boolean!) { Get { ${c}${theirs} @include(if: $y) { title } } }`, { y: true }], // prettier-ignore
    ['skipped and not', `{ Get { ${c}${theirs} @skip(if: false) { title } } }`],
    ['in a block string', `{ Get { ${c}(tenant: """${slug}""") { title } } }`],
    ['with an escape', `{ Get { ${c}(tenant: "\\u00${slug.charCodeAt(0).toString(16)}${slug.slice(1)}") { title } } }`], // prettier-ignore
    ['with an escape in braces', `{ Get { ${c}(tenant: "\\u{${slug.charCodeAt(0).toString(16)}}${slug.slice(1)}") { title } } }`], // prettier-ignore
    ['twice', `{ Get { ${c}(tenant: "mallory", tenant: "${slug}") { title } } }`],
    ['after a comment', `{ Get { ${c}( # tenant: "mallory"\n tenant: "${slug}") { title } } }`],
    ['between commas', `{,Get,{,${c},(,tenant,:,"${slug}",),{,title,},},}`],
    ['after a byte order mark', `\uFEFF{ Get { ${c}${theirs} { title } } }`],
    ['in a list', `{ Get { ${c}(tenant: ["${slug}"]) { title } } }`],
    ['as a name', `{ Get { ${c}(tenant: ${slug}) { title } } }`],
    ['in capitals', `{ Get { ${c}(Tenant: "${slug}") { title } } }`],
    ['not at all', `{ Get { ${c} { title } } }`],
    ['as null', `{ Get { ${c}(tenant: null) { title } } }`],
    ['to be counted', `{ Aggregate { ${c}${theirs} { meta { count } } } }`],
    ['to be counted behind a fragment', `{ Aggregate { ...F } } fragment F on AggregateObjectsObj { ${c}${theirs} { meta { count } } }`], // prettier-ignore
    ['to be counted by value', `{ Aggregate { ${c}(tenant: "${slug}", groupBy: ["title"]) { groupedBy { value } } } }`], // prettier-ignore
    ['to be counted without one', `{ Aggregate { ${c} { meta { count } } } }`],
    ['in another query', `query Mine { Get { ${c}${mine} { title } } } query Theirs { Get { ${c}${theirs} { title } } }`], // prettier-ignore
  ]
  return queries.map(([what, query, variables]) =>
    own(`graphql, the victims tenant ${what}`, 'POST', `${mount}/v1/graphql`, {
      body: { query, ...(variables ? { variables } : {}), ...(what === 'in another query' ? { operationName: 'Theirs' } : {}) }, // prettier-ignore
    }),
  )
}

/** Other classes, and objects that a query reaches through its filters. */
function elsewhere(victim: WeaviateVictim): HostileRequest[] {
  const { mount, className: c, hiddenClass: h, hiddenId, id } = victim
  const beacon = `weaviate://localhost/${h}/${hiddenId}`
  const path = (parts: string): string =>
    `{ Get { ${c}(where: { path: [${parts}], operator: Like, valueText: "*" }) { title } } }`
  const queries: [string, string][] = [
    ['a class that is not declared', `{ Get { ${h} { _additional { id } } } }`],
    ['a class that is not declared, counted', `{ Aggregate { ${h} { meta { count } } } }`],
    ['a class that is not declared, by a fragment', `{ Get { ...F } } fragment F on GetObjectsObj { ${h} { _additional { id } } }`], // prettier-ignore
    ['a class that is not declared, by an alias', `{ Get { ${c}: ${h} { _additional { id } } } }`],
    ['a reference into it', `{ Get { ${c} { by { ... on ${h} { _additional { id } } } } } }`],
    ['a path into it', path(`"by", "${h}", "title"`)],
    ['nearness to an object in it', `{ Get { ${c}(nearObject: { beacon: "${beacon}" }) { title _additional { distance } } } }`], // prettier-ignore
    [
      'all that is near',
      '{ Explore(nearVector: { vector: [1, 0] }) { beacon className distance } }',
    ],
    ['the schema', '{ __schema { types { name fields { name } } } }'],
    ['a type', `{ __type(name: "${h}") { name fields { name } } }`],
    ['a mutation', `mutation { Get { ${c} { title } } }`],
    ['a subscription', `subscription { Get { ${c} { title } } }`],
  ]
  return [
    ...queries.map(([what, query]) =>
      refused(`graphql, ${what}`, 'POST', `${mount}/v1/graphql`, { body: { query } }),
    ),
    own('graphql, nearness to the victims object', 'POST', `${mount}/v1/graphql`, {
      body: { query: `{ Get { ${c}(nearObject: { id: "${id}" }) { title _additional { distance } } } }` }, // prettier-ignore
    }),
    own('graphql, a path that leaves nothing out', 'POST', `${mount}/v1/graphql`, {
      body: { query: path('"title"') },
    }),
  ]
}

/** What is around the query. */
function envelopes({ mount, className: c, slug }: WeaviateVictim): HostileRequest[] {
  const theirs = `{ Get { ${c}(tenant: \\"${slug}\\") { title } } }`
  const mine = `{ Get { ${c}(tenant: \\"mallory\\") { title } } }`
  const at = `${mount}/v1/graphql`
  const deep = `{ Get { ${c} { ${'by { ... on X { '.repeat(2_000)} title ${'} } '.repeat(2_000)} } } }`
  const cycle = `{ ...A } fragment A on WeaviateObj { ...B } fragment B on WeaviateObj { ...A }`
  const wide = Array.from({ length: 5_000 }, (_, n) => `a${n}: ${c} { title }`).join(' ')
  return [
    own('a query twice', 'POST', at, { body: `{"query":"${mine}","query":"${theirs}"}` }),
    own('a query in capitals', 'POST', at, { body: `{"query":"${mine}","QUERY":"${theirs}"}` }),
    own('a query with an escape', 'POST', at, { body: `{"qu\\u0065ry":"${theirs}"}` }),
    own('variables twice', 'POST', at, {
      body: `{"query":"query($t: String) { Get { ${c}(tenant: $t) { title } } }","variables":{"t":"mallory"},"Variables":{"t":"${slug}"}}`, // prettier-ignore
    }),
    refused('a query by GET', 'GET', `${at}?query=${encodeURIComponent(`{Get{${c}{title}}}`)}`),
    refused('a query that is no JSON', 'POST', at, {
      body: `{ Get { ${c}(tenant: "${slug}") { title } } }`,
      headers: { 'content-type': 'application/graphql' },
    }),
    refused('a list of queries', 'POST', at, { body: `[{"query":"${theirs}"}]` }),
    refused('a query that is a list', 'POST', at, { body: `{"query":["${theirs}"]}` }),
    own('queries in a batch', 'POST', `${at}/batch`, { body: `[{"query":"${theirs}"}]` }),
    refused('no query', 'POST', at, { body: {} }),
    refused('a query that does not end', 'POST', at, { body: { query: `{ Get { ${c} {` } }),
    refused('a query that is deep', 'POST', at, { body: { query: deep } }),
    refused('fragments in a circle', 'POST', at, { body: { query: cycle } }),
    own('a query that is wide', 'POST', at, { body: { query: `{ Get { ${wide} } }` } }),
  ]
}
