// What of a request to Weaviate is refused before anything is asked of the server, and how it is told.
import { describe, expect, it } from 'vitest'
import { AUTHOR, HIDDEN, ID, object, OTHER_ID, refused } from './ask-weaviate.ts'

type Row = readonly [what: string, method: string, target: string, body: unknown, told: string]

const NOT_THERE = 'NotFound: There is no collection, point or handle of this name here.'
const NO_BEACON = 'must be weaviate://localhost/Class/uuid with a class that is offered here.'
const AT = `/v1/objects/Poem/${ID}`
const BATCH = '/v1/batch/objects'
const where = (more: object): object => ({
  match: { class: 'Poem', where: { path: ['title'], operator: 'Equal', valueText: 'a', ...more } },
})
const operands = [{ path: ['title'], operator: 'Equal', valueText: 'a' }]
const nested = (depth: number): object =>
  depth === 0 ? (operands[0] ?? {}) : { operator: 'And', operands: [nested(depth - 1)] }

const ELSEWHERE: readonly Row[] = [
  ['another class', 'GET', `/v1/objects/Hidden/${ID}`, undefined, NOT_THERE],
  ['a class in capitals', 'GET', `/v1/objects/POEM/${ID}`, undefined, NOT_THERE],
  ['another tenant', 'GET', `${AT}?tenant=globex`, undefined, NOT_THERE],
  ['a tenant in capitals', 'GET', `${AT}?tenant=Acme`, undefined, NOT_THERE],
  ['no tenant', 'GET', `${AT}?tenant=`, undefined, NOT_THERE],
  ['an id that is none', 'GET', '/v1/objects/Poem/one', undefined, NOT_THERE],
  ['another class to list', 'GET', '/v1/objects?class=Hidden', undefined, NOT_THERE],
  ['another class to write to', 'POST', '/v1/objects', object({ class: 'Hidden' }), NOT_THERE],
  ['another tenant to write to', 'POST', '/v1/objects', object({ tenant: 'globex' }), NOT_THERE],
  ['another class than in the path', 'PUT', AT, object({ class: 'Author' }), NOT_THERE],
  ['another tenant to change', 'PATCH', AT, object({ tenant: 'globex' }), NOT_THERE],
  ['another class in a batch', 'POST', BATCH, { objects: [object(), object({ class: 'Hidden' })] }, NOT_THERE], // prettier-ignore
  ['another tenant in a batch', 'POST', BATCH, { objects: [object({ tenant: 'globex' })] }, NOT_THERE], // prettier-ignore
  ['another class to delete in', 'DELETE', BATCH, { match: { class: 'Hidden', where: operands[0] } }, NOT_THERE], // prettier-ignore
  ['another tenant to delete in', 'DELETE', `${BATCH}?tenant=globex`, where({}), NOT_THERE],
  ['another tenant of references', 'POST', '/v1/batch/references', [{ from: `${AUTHOR}/by`, to: AUTHOR, tenant: 'globex' }], NOT_THERE], // prettier-ignore
  ['references of another class', 'POST', `/v1/objects/Hidden/${ID}/references/by`, { beacon: AUTHOR }, NOT_THERE], // prettier-ignore
  ['another class described', 'GET', '/v1/schema/Hidden', undefined, NOT_THERE],
  ['tenants of another class', 'GET', '/v1/schema/Hidden/tenants', undefined, NOT_THERE],
  ['another tenant looked for', 'HEAD', '/v1/schema/Poem/tenants/globex', undefined, NOT_THERE],
]

const MEMBERS: readonly Row[] = [
  ['no class', 'POST', '/v1/objects', { properties: {} }, 'InvalidBody: class is required.'],
  ['an unknown member', 'POST', '/v1/objects', object({ additional: {} }), 'InvalidBody: additional is not a member known here.'], // prettier-ignore
  ['a member in capitals', 'POST', '/v1/objects', object({ TENANT: 'acme' }), 'InvalidBody: TENANT is not a member known here.'], // prettier-ignore
  ['a long s', 'POST', '/v1/objects', { 'cla\u017Fs': 'Poem' }, 'InvalidBody: cla\u017Fs is not a member known here.'], // prettier-ignore
  ['a list', 'POST', '/v1/objects', [object()], 'InvalidBody: The body must be an object.'],
  ['properties that are a list', 'POST', '/v1/objects', object({ properties: [] }), 'InvalidBody: properties must be an object.'], // prettier-ignore
  ['a vector of texts', 'POST', '/v1/objects', object({ vector: ['1'] }), 'InvalidBody: vector[0] must be a number.'], // prettier-ignore
  ['vectors that are a list', 'POST', '/v1/objects', object({ vectors: [[1]] }), 'InvalidBody: vectors must be an object.'], // prettier-ignore
  ['a vector of an odd name', 'POST', '/v1/objects', object({ vectors: { 'a b': [1] } }), 'InvalidBody: vectors has a name that is not one of a vector.'], // prettier-ignore
  ['another id than in the path', 'PUT', AT, object({ id: OTHER_ID }), 'InvalidBody: id must be the id in the path.'], // prettier-ignore
  ['no objects', 'POST', BATCH, { objects: [] }, 'InvalidBody: objects must have 1 to 1000 items.'],
  ['a fault in a batch', 'POST', BATCH, { objects: [object(), { class: 7 }] }, 'InvalidBody: objects[1].class must be a string.'], // prettier-ignore
  ['a batch without a class', 'POST', BATCH, { objects: [{ properties: {} }] }, 'InvalidBody: objects[0]: class is required.'], // prettier-ignore
  ['a class twice', 'POST', '/v1/objects', '{"class":"Poem","class":"Hidden"}', 'InvalidBody: The body names a member twice in one object.'], // prettier-ignore
  ['a query member twice', 'GET', `${AT}?tenant=acme&tenant=acme`, undefined, 'MalformedRequest: The query has a member that is not accepted here.'], // prettier-ignore
  ['the node', 'GET', `${AT}?node_name=a`, undefined, 'MalformedRequest: The query has a member that is not accepted here.'], // prettier-ignore
  ['no class to list', 'GET', '/v1/objects', undefined, 'InvalidBody: class is required: say which class to list.'], // prettier-ignore
  ['a long page', 'GET', '/v1/objects?class=Poem&limit=1001', undefined, 'InvalidBody: limit is 1000 at most.'], // prettier-ignore
  ['a far page', 'GET', '/v1/objects?class=Poem&offset=9001', undefined, 'InvalidBody: offset is 9000 at most.'], // prettier-ignore
]

const property = (by: unknown): object => object({ properties: { by } })
const BEACONS: readonly Row[] = [
  ['into another class', 'POST', '/v1/objects', property([{ beacon: HIDDEN }]), `InvalidBody: properties.by[0].beacon ${NO_BEACON}`], // prettier-ignore
  ['into no class', 'POST', '/v1/objects', property([{ beacon: `weaviate://localhost/${ID}` }]), `InvalidBody: properties.by[0].beacon ${NO_BEACON}`], // prettier-ignore
  ['in another spelling', 'POST', '/v1/objects', property([{ Beacon: HIDDEN }]), `InvalidBody: properties.by[0].beacon ${NO_BEACON}`], // prettier-ignore
  ['far below', 'POST', '/v1/objects', property({ a: [[{ beacon: HIDDEN }]] }), `InvalidBody: properties.by.a[0][0].beacon ${NO_BEACON}`], // prettier-ignore
  ['with more than a reference', 'POST', '/v1/objects', property([{ beacon: AUTHOR, class: 'Hidden' }]), 'InvalidBody: properties.by[0] is a reference, and has members beside beacon and href.'], // prettier-ignore
  ['with another href', 'POST', '/v1/objects', property([{ beacon: AUTHOR, href: `/v1/objects/Hidden/${ID}` }]), 'InvalidBody: properties.by[0].href must name what the beacon names.'], // prettier-ignore
  ['of a reference', 'POST', `${AT}/references/by`, { beacon: HIDDEN }, `InvalidBody: beacon ${NO_BEACON}`], // prettier-ignore
  ['of a reference by href', 'POST', `${AT}/references/by`, { href: `/v1/objects/Author/${ID}` }, 'InvalidBody: beacon is required.'], // prettier-ignore
  ['of all references', 'PUT', `${AT}/references/by`, [{ beacon: AUTHOR }, { beacon: HIDDEN }], `InvalidBody: [1].beacon ${NO_BEACON}`], // prettier-ignore
  ['of references that are one', 'PUT', `${AT}/references/by`, { beacon: AUTHOR }, 'InvalidBody: The body must be an array.'], // prettier-ignore
  ['to, in a batch', 'POST', '/v1/batch/references', [{ from: `${AUTHOR}/by`, to: HIDDEN }], `InvalidBody: [0].to ${NO_BEACON}`], // prettier-ignore
  ['from, in a batch', 'POST', '/v1/batch/references', [{ from: `${HIDDEN}/by`, to: AUTHOR }], 'InvalidBody: [0].from must be weaviate://localhost/Class/uuid/property with a class offered here.'], // prettier-ignore
  ['from no property, in a batch', 'POST', '/v1/batch/references', [{ from: AUTHOR, to: AUTHOR }], 'InvalidBody: [0].from must be weaviate://localhost/Class/uuid/property with a class offered here.'], // prettier-ignore
]

const FILTERS: readonly Row[] = [
  ['through another class', 'DELETE', BATCH, where({ path: ['by', 'Hidden', 'title'] }), 'InvalidBody: match.where.path must go from properties to classes that are offered here.'], // prettier-ignore
  ['that ends in a class', 'DELETE', BATCH, where({ path: ['by', 'Author'] }), 'InvalidBody: match.where.path must have 1, 3, 5, 7 or 9 names: of properties, and classes between them.'], // prettier-ignore
  ['with a path that is a text', 'DELETE', BATCH, where({ path: 'title' }), 'InvalidBody: match.where.path must be an array of names.'], // prettier-ignore
  ['with two values', 'DELETE', BATCH, where({ valueInt: 1 }), 'InvalidBody: match.where must have exactly one value.'], // prettier-ignore
  ['with operands beside a path', 'DELETE', BATCH, where({ operands }), 'InvalidBody: match.where.path is not a member known here.'], // prettier-ignore
  ['with an unknown operator', 'DELETE', BATCH, where({ operator: 'And' }), 'InvalidBody: match.where.operator must be one of "Equal", "NotEqual", "GreaterThan", "GreaterThanEqual", "LessThan", "LessThanEqual", "Like", "WithinGeoRange", "IsNull", "ContainsAny", "ContainsAll", "ContainsNone".'], // prettier-ignore
  ['too deep', 'DELETE', BATCH, { match: { class: 'Poem', where: nested(8) } }, `InvalidBody: match.where${'.operands[0]'.repeat(8)} must nest at most 8 deep.`], // prettier-ignore
  ['without one', 'DELETE', BATCH, { match: { class: 'Poem' } }, 'InvalidBody: match.where is required.'], // prettier-ignore
]

const NOT_OFFERED = 'NotFound: This operation is not offered here.'
const OPERATIONS: readonly Row[] = [
  ['a class made', 'POST', '/v1/schema', { class: 'Made' }, 'MethodNotAllowed: Use GET here.'],
  ['a class deleted', 'DELETE', '/v1/schema/Poem', undefined, 'MethodNotAllowed: Use GET here.'],
  ['a property made', 'POST', '/v1/schema/Poem/properties', {}, NOT_OFFERED],
  ['a tenant made', 'POST', '/v1/schema/Poem/tenants', [], 'MethodNotAllowed: Use GET here.'],
  ['a tenant deleted', 'DELETE', '/v1/schema/Poem/tenants', ['acme'], 'MethodNotAllowed: Use GET here.'], // prettier-ignore
  ['an object without a class', 'GET', `/v1/objects/${ID}`, undefined, NOT_OFFERED],
  ['shards', 'GET', '/v1/schema/Poem/shards', undefined, NOT_OFFERED],
  ['nodes', 'GET', '/v1/nodes', undefined, NOT_OFFERED],
  ['aliases', 'GET', '/v1/aliases', undefined, NOT_OFFERED],
  ['backups', 'POST', '/v1/backups/filesystem', { id: 'b' }, NOT_OFFERED],
  ['queries in a batch', 'POST', '/v1/graphql/batch', [], NOT_OFFERED],
  ['search by its own route', 'POST', '/v1/search/Poem/bm25', { query: 'a' }, NOT_OFFERED],
  ['who signs in', 'GET', '/v1/.well-known/openid-configuration', undefined, NOT_OFFERED],
]

const GROUPS: readonly [string, readonly Row[]][] = [
  ['a name of somewhere else', ELSEWHERE],
  ['a body or query', MEMBERS],
  ['a beacon', BEACONS],
  ['a filter', FILTERS],
  ['what is not offered', OPERATIONS],
]

describe.each(GROUPS)('%s', (_, rows) => {
  it.each(rows)('is refused: %s', async (_what, method, target, body, told) => {
    expect(await refused({ method, target, body })).toBe(told)
  })
})
