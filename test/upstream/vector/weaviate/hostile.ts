// What a tenant may try against another's objects in the same classes of a Weaviate server: no class,
// another class, another tenant, in every place where one can be named; references; GraphQL in
// `hostile-graphql.ts`.
import { hostilePaths } from '../hostile-paths.ts'
import { type HostileRequest, own, refused } from '../hostile-request.ts'
import { graphqlRequests } from './hostile-graphql.ts'

export interface WeaviateVictim {
  /** Where the upstream is mounted: `/weaviate`, or '' at a host of its own. */
  readonly mount: string
  /** Of the victim, which is its tenant's name at Weaviate. */
  readonly slug: string
  /** A class that the operator has declared, with a text property `title` and a reference `by`. */
  readonly className: string
  /** Another that is declared, to which `by` refers. */
  readonly otherClass: string
  /** One that is at the server, but is not declared to the gateway. */
  readonly hiddenClass: string
  /** Of an object of the victim's in the first class, and of mallory's own in it. */
  readonly id: string
  readonly ownId: string
  /** Of an object in the class that is not declared. */
  readonly hiddenId: string
}

const ANY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

export function weaviateRequests(victim: WeaviateVictim): HostileRequest[] {
  const { mount, className, slug, id } = victim
  const before = `/v1/objects/${className}/`
  const got = { mount, method: 'GET', before, name: id, after: `?tenant=${slug}` }
  return [
    ...hostilePaths(got),
    ...tenants(victim),
    ...classes(victim),
    ...bodies(victim),
    ...references(victim),
    ...graphqlRequests(victim),
    ...schema(victim),
    ...denied(victim),
  ]
}

function tenants({ mount, className, slug, id }: WeaviateVictim): HostileRequest[] {
  const object = `${mount}/v1/objects/${className}/${id}`
  const listed = `${mount}/v1/objects?class=${className}&limit=100&include=vector`
  const body = { class: className, id, properties: { title: 'planted' } }
  return [
    own('read with the victims tenant', 'GET', `${object}?tenant=${slug}&include=vector`),
    own('read without one', 'GET', object),
    own('read with two, the last the victims', 'GET', `${object}?tenant=mallory&tenant=${slug}`),
    own('read with two, the first the victims', 'GET', `${object}?tenant=${slug}&tenant=mallory`),
    own('read with an encoded parameter', 'GET', `${object}?t%65nant=${slug}`),
    own('read with a parameter in capitals', 'GET', `${object}?TENANT=${slug}`),
    own('read with a list', 'GET', `${object}?tenant[]=${slug}`),
    own('read with a tenant in capitals', 'GET', `${object}?tenant=${slug.toUpperCase()}`),
    own('read with a tenant and a zero byte', 'GET', `${object}?tenant=${slug}%00`),
    own('read with hints in headers', 'GET', object, {
      headers: { 'x-weaviate-tenant': slug, 'x-tenant': slug, tenant: slug },
    }),
    own('looked for', 'HEAD', `${object}?tenant=${slug}`),
    own('replaced', 'PUT', `${object}?tenant=${slug}`, { body: { ...body, tenant: slug } }),
    own('replaced, the tenant in the body', 'PUT', object, { body: { ...body, tenant: slug } }),
    own('merged', 'PATCH', `${object}?tenant=${slug}`, { body: { ...body, tenant: slug } }),
    own('deleted', 'DELETE', `${object}?tenant=${slug}`),
    own('listed', 'GET', `${listed}&tenant=${slug}`),
    own('listed without a tenant', 'GET', listed),
    own('listed after an id', 'GET', `${listed}&tenant=${slug}&after=00000000-0000-0000-0000-000000000000`), // prettier-ignore
    own('deleted by filter', 'DELETE', `${mount}/v1/batch/objects?tenant=${slug}`, {
      body: { match: { class: className, where: anyTitle() }, output: 'verbose' },
    }),
    own('deleted by filter, the tenant in the body', 'DELETE', `${mount}/v1/batch/objects`, {
      body: { match: { class: className, where: anyTitle(), tenant: slug }, tenant: slug },
    }),
  ]
}

function anyTitle(): object {
  return { operator: 'Like', path: ['title'], valueText: '*' }
}

function classes(victim: WeaviateVictim): HostileRequest[] {
  const { mount, className, hiddenClass, hiddenId, slug, id } = victim
  const lower = className.toLowerCase()
  const objects = `${mount}/v1/objects`
  return [
    refused('an object without a class', 'GET', `${objects}/${id}?tenant=${slug}`),
    refused('another object without a class', 'GET', `${objects}/${hiddenId}`),
    refused('looked for without a class', 'HEAD', `${objects}/${id}?tenant=${slug}`),
    refused('deleted without a class', 'DELETE', `${objects}/${id}?tenant=${slug}`),
    refused('replaced without a class', 'PUT', `${objects}/${id}`, {
      body: { class: className, id, tenant: slug, properties: { title: 'planted' } },
    }),
    refused('merged without a class', 'PATCH', `${objects}/${id}`, {
      body: { class: className, id, tenant: slug, properties: { title: 'planted' } },
    }),
    refused('objects listed without a class', 'GET', `${objects}?tenant=${slug}`),
    refused('objects listed with an empty class', 'GET', `${objects}?class=&tenant=${slug}`),
    own('a class with a small letter', 'GET', `${objects}/${lower}/${id}?tenant=${slug}`),
    own('a class listed with a small letter', 'GET', `${objects}?class=${lower}&tenant=${slug}`),
    refused('a class that is not declared', 'GET', `${objects}/${hiddenClass}/${hiddenId}`),
    refused('a class that is not declared, listed', 'GET', `${objects}?class=${hiddenClass}`),
    refused('two classes, one not declared', 'GET', `${objects}?class=${className}&class=${hiddenClass}`), // prettier-ignore
    refused('a class that is not declared, in the body', 'POST', objects, {
      body: { class: hiddenClass, properties: { title: 'planted' } },
    }),
    refused('a class made by writing to it', 'POST', objects, {
      body: { class: 'MadeByMallory', properties: { title: 'planted' } },
    }),
    refused('deleted in a class that is not declared', 'DELETE', `${mount}/v1/batch/objects`, {
      body: { match: { class: hiddenClass, where: anyTitle() } },
    }),
    refused('one class in the path, another in the body', 'PUT', `${objects}/${className}/${id}`, {
      body: { class: hiddenClass, id, properties: { title: 'planted' } },
    }),
  ]
}

/** Members that a reader of names as they stand does not see, and Go's does. */
function bodies(victim: WeaviateVictim): HostileRequest[] {
  const { mount, className, hiddenClass, slug, id } = victim
  const rest = `"id":"${id}","properties":{"title":"planted"}`
  const write = (title: string, members: string): HostileRequest =>
    own(`written: ${title}`, 'POST', `${mount}/v1/objects`, { body: `{${members},${rest}}` })
  const batch = (title: string, body: unknown): HostileRequest =>
    own(`a batch: ${title}`, 'POST', `${mount}/v1/batch/objects`, { body })
  const object = { class: className, id, properties: { title: 'planted' } }
  return [
    write('the victims tenant', `"class":"${className}","tenant":"${slug}"`),
    write('two tenants', `"class":"${className}","tenant":"mallory","tenant":"${slug}"`),
    write('a tenant in capitals', `"class":"${className}","TENANT":"${slug}"`),
    write('tenants in two spellings', `"class":"${className}","tenant":"mallory","Tenant":"${slug}"`), // prettier-ignore
    write('a tenant with an escape', `"class":"${className}","t\\u0065nant":"${slug}"`),
    write('a class with a long s', `"cla\u017Fs":"${className}","tenant":"${slug}"`),
    write('two classes', `"class":"${className}","class":"${hiddenClass}"`),
    write('classes in two spellings', `"class":"${className}","CLASS":"${hiddenClass}"`),
    write('a class with a small letter', `"class":"${className.toLowerCase()}","tenant":"${slug}"`),
    write('an object for a tenant', `"class":"${className}","tenant":{"name":"${slug}"}`),
    write('a tenant among the properties', `"class":"${className}","additional":{"tenant":"${slug}"}`), // prettier-ignore
    batch('the victims tenant', { objects: [{ ...object, tenant: slug }] }),
    batch('its own first, then the victims', { objects: [object, { ...object, tenant: slug }] }),
    batch('a class that is not declared', { objects: [object, { ...object, class: hiddenClass }] }),
    batch('objects twice', `{"objects":[],"objects":[${JSON.stringify({ ...object, tenant: slug })}]}`), // prettier-ignore
    batch('objects in capitals', { OBJECTS: [{ ...object, tenant: slug }] }),
    refused('a batch that is a list', 'POST', `${mount}/v1/batch/objects`, { body: [object] }),
    refused('objects as lists', 'POST', `${mount}/v1/batch/objects`, {
      body: { objects: [[className, id]] },
    }),
    refused('objects that are an object', 'POST', `${mount}/v1/batch/objects`, {
      body: { objects: { 0: object } },
    }),
    refused('no JSON', 'POST', `${mount}/v1/objects`, { body: `{class:'${className}'}` }),
    refused('nothing', 'POST', `${mount}/v1/objects`, { body: '' }),
    own('what is valid elsewhere', 'POST', `${mount}/v1/objects/validate`, {
      body: { ...object, tenant: slug },
    }),
  ]
}

/** Beacons name a class and an id, and a reference is read through wherever it points. */
function references(victim: WeaviateVictim): HostileRequest[] {
  const { mount, className, otherClass, hiddenClass, hiddenId, slug, id, ownId } = victim
  const at = `${mount}/v1/objects/${className}/${ownId}/references/by`
  const hidden = `weaviate://localhost/${hiddenClass}/${hiddenId}`
  const foreign = [
    ['another class', hidden],
    ['another class in small letters', hidden.replace(hiddenClass, hiddenClass.toLowerCase())],
    ['no class', `weaviate://localhost/${hiddenId}`],
    ['another host', hidden.replace('localhost', 'elsewhere.example')],
    ['two slashes', hidden.replace('localhost/', 'localhost//')],
    ['dot segments', `weaviate://localhost/${otherClass}/../${hiddenClass}/${hiddenId}`],
    ['an encoded class', hidden.replace(hiddenClass, encodeFirst(hiddenClass))],
    ['another scheme', hidden.replace('weaviate:', 'http:')],
    ['a property behind', `${hidden}/title`],
    ['a query behind', `${hidden}?tenant=${slug}`],
  ] as const
  const from = `weaviate://localhost/${className}/${id}/by`
  const to = `weaviate://localhost/${otherClass}/${ownId}`
  const batched = (title: string, body: unknown): HostileRequest =>
    own(`references in a batch: ${title}`, 'POST', `${mount}/v1/batch/references`, { body })
  return [
    ...foreign.flatMap(([what, beacon]) => [
      refused(`a reference to ${what}`, 'POST', at, { body: { beacon } }),
      refused(`an object with a reference to ${what}`, 'POST', `${mount}/v1/objects`, {
        body: { class: className, properties: { by: [{ beacon }] } },
      }),
    ]),
    refused('references replaced', 'PUT', at, { body: [{ beacon: hidden }] }),
    refused('a reference by href', 'POST', at, { body: { href: `/v1/objects/${hiddenClass}/${hiddenId}` } }), // prettier-ignore
    refused('a reference in capitals', 'POST', at, { body: { BEACON: hidden } }),
    own('a reference to the victims object', 'POST', at, {
      body: { beacon: `weaviate://localhost/${className}/${id}` },
    }),
    own('a reference on the victims object', 'POST', `${mount}/v1/objects/${className}/${id}/references/by?tenant=${slug}`, { body: { beacon: to } }), // prettier-ignore
    refused('a reference on an object without a class', 'POST', `${mount}/v1/objects/${ownId}/references/by`, { body: { beacon: to } }), // prettier-ignore
    batched('with the victims tenant', [{ from, to, tenant: slug }]),
    batched('from another class', [{ from: `${hidden}/by`, to }]),
    batched('to another class', [{ from, to: hidden }]),
    batched('without a class', [{ from: `weaviate://localhost/${id}/by`, to, tenant: slug }]),
    batched('from twice', `[{"from":"${from}","FROM":"${hidden}/by","to":"${to}"}]`),
    refused('references in a batch that is an object', 'POST', `${mount}/v1/batch/references`, {
      body: { from, to },
    }),
    own('a reference among the properties that is nested', 'POST', `${mount}/v1/objects`, {
      body: { class: className, properties: { title: 'a', deep: [[{ beacon: hidden }]] } },
    }),
  ]
}

function encodeFirst(text: string): string {
  return `%${text.charCodeAt(0).toString(16)}${text.slice(1)}`
}

function schema(victim: WeaviateVictim): HostileRequest[] {
  const { mount, className, otherClass, slug, hiddenClass } = victim
  const base = `${mount}/v1/schema`
  return [
    own('all classes', 'GET', base),
    own('a class', 'GET', `${base}/${className}`),
    refused('a class that is not declared, described', 'GET', `${base}/${hiddenClass}`),
    refused('a class made', 'POST', base, { body: { class: 'MadeByMallory' } }),
    refused('a class made that refers', 'POST', base, {
      body: { class: 'Made', properties: [{ name: 'a', dataType: [hiddenClass] }] },
    }),
    refused('a class deleted', 'DELETE', `${base}/${className}`),
    refused('a class deleted by a small letter', 'DELETE', `${base}/${className.toLowerCase()}`),
    refused('a class changed', 'PUT', `${base}/${className}`, {
      body: { class: className, multiTenancyConfig: { enabled: false } },
    }),
    refused('a property that refers', 'POST', `${base}/${otherClass}/properties`, {
      body: { name: 'peek', dataType: [hiddenClass] },
    }),
    refused('a tenant made', 'POST', `${base}/${className}/tenants`, { body: [{ name: 'made' }] }),
    refused('the victims tenant switched off', 'PUT', `${base}/${className}/tenants`, {
      body: [{ name: slug, activityStatus: 'COLD' }],
    }),
    refused('the victims tenant deleted', 'DELETE', `${base}/${className}/tenants`, {
      body: [slug],
    }),
    own('all tenants', 'GET', `${base}/${className}/tenants`),
    own('whether there is such a tenant', 'HEAD', `${base}/${className}/tenants/${slug}`),
    own('one tenant', 'GET', `${base}/${className}/tenants/${slug}`),
    refused('the shards', 'GET', `${base}/${className}/shards?tenant=${slug}`),
    refused('a shard changed', 'PUT', `${base}/${className}/shards/${slug}`, {
      body: { status: 'READONLY' },
    }),
  ]
}

function denied({ mount, className, slug }: WeaviateVictim): HostileRequest[] {
  const paths = [
    '/aliases',
    '/aliases/Mine',
    '/backups/filesystem',
    '/nodes',
    `/nodes/${className}`,
    '/cluster/statistics',
    '/replication/replicate',
    '/users/own-info',
    '/authz/roles',
    '/classifications/',
    '/export/filesystem',
    '/tasks',
    '/mcp',
  ]
  const body = { id: 'b', include: [className], alias: 'Mine', class: className }
  return [
    ...paths.flatMap((path) =>
      ANY_METHOD.map((method) =>
        refused(
          `${method} ${path}`,
          method,
          `${mount}/v1${path}`,
          method === 'GET' ? {} : { body },
        ),
      ),
    ),
    refused('a search by its own route', 'POST', `${mount}/v1/search/${className}/bm25`, {
      body: { query: 'secret', tenant: slug },
    }),
    refused('an aggregate by its own route', 'POST', `${mount}/v1/aggregate/${className}`, {
      body: { tenant: slug },
    }),
    refused('another version', 'GET', `${mount}/v2/objects?class=${className}`),
    refused('no version', 'GET', `${mount}/objects?class=${className}&tenant=${slug}`),
    refused('another method over POST', 'POST', `${mount}/v1/schema/${className}`, {
      headers: { 'x-http-method-override': 'DELETE' },
    }),
  ]
}
