// What a tenant may try against another's collections on the same Chroma server, which takes any
// collection's UUID through any database, in every spelling that Rust's parser knows.
import { hostilePaths } from '../hostile-paths.ts'
import { type HostileRequest, own, refused } from '../hostile-request.ts'

export interface ChromaVictim {
  /** Where the upstream is mounted: `/chroma`, or '' at a host of its own. */
  readonly mount: string
  readonly slug: string
  /** The tenant and the database that any client of the gateway names. */
  readonly tenant: string
  readonly database: string
  /** What the victim's database is called at Chroma. */
  readonly physicalDatabase: string
  /** The name of a collection of the victim's. */
  readonly name: string
  /** The id of that collection: at Chroma, and as the gateway gave it to the victim. */
  readonly uuid: string
  readonly sealedId: string
  /** Of a record in it. */
  readonly id: string
  /** Of a collection of mallory's own, as the gateway gave it; its embeddings have 2 dimensions. */
  readonly ownId: string
}

const ANY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const EMBEDDING = [1, 0]
const INCLUDE = ['documents', 'metadatas', 'embeddings', 'uris']

export function chromaRequests(victim: ChromaVictim): HostileRequest[] {
  const { mount, uuid } = victim
  const before = `${databaseOf(victim)}/collections/`.slice(mount.length)
  const counted = { mount, method: 'GET', before, name: uuid, after: '/count' }
  return [
    ...hostilePaths(counted).map((request) => ({ ...request, expect: 'refused' as const })),
    ...ids(victim),
    ...places(victim),
    ...names(victim),
    ...shapes(victim),
    ...denied(victim),
  ]
}

function databaseOf({ mount, tenant, database }: ChromaVictim): string {
  return `${mount}/api/v2/tenants/${tenant}/databases/${database}`
}

/** Every operation on a collection's id: what stands behind it, and a body that would do something. */
function operations({ id }: Pick<ChromaVictim, 'id'>): [string, string, unknown][] {
  const record = { ids: [id], embeddings: [EMBEDDING], documents: ['planted'] }
  return [
    ['GET', '/count', undefined],
    ['POST', '/get', { include: INCLUDE }],
    ['POST', '/query', { query_embeddings: [EMBEDDING], n_results: 9, include: INCLUDE }],
    ['POST', '/add', { ...record, ids: ['planted'] }],
    ['POST', '/update', record],
    ['POST', '/upsert', record],
    ['POST', '/delete', { ids: [id] }],
    ['PUT', '', { new_name: 'stolen' }],
  ]
}

/** An id that the gateway has not given to mallory is none, however it is written. */
function ids(victim: ChromaVictim): HostileRequest[] {
  const { uuid, sealedId } = victim
  const collections = `${databaseOf(victim)}/collections`
  const everywhere: [string, string][] = [
    ['Chromas UUID', uuid],
    ['the victims sealed id', sealedId],
  ]
  const spellings: [string, string][] = [
    ['in capitals', uuid.toUpperCase()],
    ['undashed', uuid.replaceAll('-', '')],
    ['undashed and in capitals', uuid.replaceAll('-', '').toUpperCase()],
    ['as a URN', `urn:uuid:${uuid}`],
    ['as a URN in capitals', `URN:UUID:${uuid}`],
    ['in braces', `%7B${uuid}%7D`],
    ['in bare braces', `{${uuid}}`],
    ['encoded', uuid.replaceAll('-', '%2d')],
    ['with a space', `%20${uuid}`],
    ['with a space behind', `${uuid}%20`],
    ['with other dashes', uuid.replaceAll('-', '%e2%80%90')],
    ['with one letter changed', flip(uuid)],
    ['cut short', uuid.slice(0, -1)],
    ['of all zeros', '00000000-0000-0000-0000-000000000000'],
    ['that is nothing', 'undefined'],
    ['twice', `${uuid}${uuid}`],
    ['sealed, in capitals', sealedId.toUpperCase()],
    ['sealed, undashed', sealedId.replaceAll('-', '')],
    ['sealed, as a URN', `urn:uuid:${sealedId}`],
    ['sealed, in braces', `%7B${sealedId}%7D`],
    ['sealed, with one letter changed', flip(sealedId)],
  ]
  return [
    ...everywhere.flatMap(([what, id]) =>
      operations(victim).map(([method, after, body]) =>
        refused(`${method} ${after} by ${what}`, method, `${collections}/${id}${after}`, { body }),
      ),
    ),
    ...spellings.flatMap(([what, id]) => [
      refused(`read by a UUID ${what}`, 'POST', `${collections}/${id}/get`, {
        body: { include: INCLUDE },
      }),
      refused(`written by a UUID ${what}`, 'POST', `${collections}/${id}/upsert`, {
        body: { ids: ['planted'], embeddings: [EMBEDDING], documents: ['planted'] },
      }),
    ]),
    refused('GET by id', 'GET', `${collections}/by-id/${uuid}`),
    refused('GET by the victims sealed id', 'GET', `${collections}/by-id/${sealedId}`),
    refused('GET a collection by UUID', 'GET', `${collections}/${uuid}`),
    refused('DELETE a collection by UUID', 'DELETE', `${collections}/${uuid}`),
  ]
}

/** The last letter of it another one. */
function flip(uuid: string): string {
  return `${uuid.slice(0, -1)}${uuid.endsWith('0') ? '1' : '0'}`
}

/** Tenant and database in the path are the client's own words, and give it no rights. */
function places(victim: ChromaVictim): HostileRequest[] {
  const { mount, tenant, database, physicalDatabase, slug, name, uuid } = victim
  const databases: [string, string][] = [
    ['the physical database', physicalDatabase],
    ['the slug', slug],
    ['the physical database in capitals', physicalDatabase.toUpperCase()],
    ['the physical database, encoded', physicalDatabase.replace('_', '%5f')],
    ['up to it', `${database}/../${physicalDatabase}`],
    ['up to it, encoded', `${database}/%2e%2e/${physicalDatabase}`],
    ['a wildcard', '*'],
  ]
  const tenants: [string, string][] = [
    ['the slug', slug],
    ['the physical name', physicalDatabase],
    ['the default one', 'default_tenant'],
    ['another', 'nobody'],
  ]
  const at = (t: string, d: string): string => `${mount}/api/v2/tenants/${t}/databases/${d}`
  const hints = { 'x-chroma-tenant': slug, 'x-tenant': slug, 'x-chroma-database': physicalDatabase }
  return [
    ...databases.flatMap(([what, d]) => [
      own(`collections listed in ${what}`, 'GET', `${at(tenant, d)}/collections`),
      own(`a collection got in ${what}`, 'GET', `${at(tenant, d)}/collections/${name}`),
      refused(`records got in ${what}`, 'POST', `${at(tenant, d)}/collections/${uuid}/get`, {
        body: {},
      }),
    ]),
    ...tenants.map(
      ([what, t]) =>
      own(`collections listed of the tenant ${what}`, 'GET', `${at(t, physicalDatabase)}/collections`), // prettier-ignore
    ),
    own('hints in headers', 'GET', `${databaseOf(victim)}/collections`, { headers: hints }),
    own('hints in the query', 'GET', `${databaseOf(victim)}/collections?tenant=${slug}&database=${physicalDatabase}`), // prettier-ignore
    own('hints in the body', 'POST', `${databaseOf(victim)}/collections`, {
      body: { name: 'hinted', tenant: slug, database: physicalDatabase, get_or_create: true },
    }),
    refused('an encoded slash in the database', 'GET', `${at(tenant, `${database}%2f..%2f${physicalDatabase}`)}/collections`), // prettier-ignore
  ]
}

function names(victim: ChromaVictim): HostileRequest[] {
  const { name, slug, physicalDatabase, uuid, ownId } = victim
  const collections = `${databaseOf(victim)}/collections`
  const tried: [string, string][] = [
    ['the victims name', name],
    ['a path', `../${physicalDatabase}/${name}`],
    ['the database and the name', `${physicalDatabase}_${name}`],
    ['the UUID', uuid],
    ['a topology', `${slug}+${name}`],
    ['two dots', `${name}..${name}`],
    ['an address', '127.0.0.1'],
    ['a space', `${name} `],
    ['a zero byte', `${name}\0`],
    ['a look-alike', name.replace('e', '\u0435')],
    ['600 letters', 'n'.repeat(600)],
  ]
  return [
    ...tried.flatMap(([what, called]) => [
      own(`a collection called ${what}`, 'POST', collections, {
        body: { name: called, get_or_create: true },
      }),
      own(`a collection renamed to ${what}`, 'PUT', `${collections}/${ownId}`, {
        body: { new_name: called },
      }),
    ]),
    own('the collection deleted by name', 'DELETE', `${collections}/${name}`),
    own('the collection looked for by name', 'GET', `${collections}/${name}`),
    own('all collections', 'GET', `${collections}?limit=1000000&offset=0`),
    own('collections before the first', 'GET', `${collections}?limit=10&offset=-1`),
    own('how many there are', 'GET', `${databaseOf(victim)}/collections_count`),
  ]
}

function shapes(victim: ChromaVictim): HostileRequest[] {
  const { name, uuid, ownId, physicalDatabase } = victim
  const collections = `${databaseOf(victim)}/collections`
  const mine = `${collections}/${ownId}`
  return [
    refused('a collection as a list', 'POST', collections, { body: [name, null, null, true] }),
    own('a name twice', 'POST', collections, {
      body: `{"name":"first-name","name":"${name}","get_or_create":true}`,
    }),
    own('a name with an escape', 'POST', collections, {
      body: `{"n\\u0061me":"${name}","get_or_create":true}`,
    }),
    refused('a name that is a list', 'POST', collections, { body: { name: [name] } }),
    refused('no JSON', 'POST', collections, { body: `{name:'${name}'}` }),
    refused('nothing', 'POST', collections, { body: '' }),
    own('an id for a new collection', 'POST', collections, {
      body: { name: 'with-an-id', id: uuid, get_or_create: true },
    }),
    own('another collection in the body', 'POST', `${mine}/get`, {
      body: { collection_id: uuid, database: physicalDatabase, include: INCLUDE },
    }),
    refused('records as a list', 'POST', `${mine}/upsert`, {
      body: [['planted'], [EMBEDDING], null, null, null],
    }),
    refused('ids that are an object', 'POST', `${mine}/upsert`, {
      body: { ids: { 0: 'planted' }, embeddings: [EMBEDDING] },
    }),
    refused('more embeddings than ids', 'POST', `${mine}/upsert`, {
      body: { ids: ['planted'], embeddings: [EMBEDDING, EMBEDDING] },
    }),
    own('a filter that would leave its place', 'POST', `${mine}/get`, {
      body: { where: { $or: [{ collection_id: uuid }, { 'chroma:document': { $ne: '' } }] } },
    }),
    refused('a fork of the victims', 'POST', `${collections}/${uuid}/fork`, {
      body: { new_name: 'forked' },
    }),
    own('a fork of its own', 'POST', `${mine}/fork`, { body: { new_name: name } }),
    refused('a function put on it', 'POST', `${collections}/${uuid}/functions/attach`, {
      body: { name: 'f', function_id: 'record_counter', output_collection: name },
    }),
    refused('the victims as the output of a function', 'POST', `${mine}/functions/attach`, {
      body: { name: 'f', function_id: 'record_counter', output_collection: name },
    }),
    refused('the victims as the input of a function', 'POST', `${mine}/attached_functions/f/add_input`, { body: { input_collection_id: uuid } }), // prettier-ignore
    refused('a search of it', 'POST', `${collections}/${uuid}/search`, {
      body: { searches: [{}] },
    }),
    refused('its state', 'GET', `${collections}/${uuid}/indexing_status`),
    refused('the count of its forks', 'GET', `${collections}/${uuid}/fork_count`),
  ]
}

function denied(victim: ChromaVictim): HostileRequest[] {
  const { mount, tenant, physicalDatabase, name } = victim
  const api = `${mount}/api/v2`
  const paths = [
    '/reset',
    '/tenants',
    '/tenants/nobody',
    `/collections/${tenant}:${physicalDatabase}:${name}`,
    `/tenants/${tenant}/databases/${physicalDatabase}/functions`,
  ]
  return [
    ...paths.flatMap((path) =>
      ANY_METHOD.map((method) => {
        const sent = method === 'GET' ? {} : { body: { name: 'made-by-mallory' } }
        return refused(`${method} ${path}`, method, `${api}${path}`, sent)
      }),
    ),
    own('all databases', 'GET', `${api}/tenants/${tenant}/databases`),
    refused('a database made', 'POST', `${api}/tenants/${tenant}/databases`, {
      body: { name: 'made-by-mallory' },
    }),
    own('the victims database described', 'GET', `${api}/tenants/${tenant}/databases/${physicalDatabase}`), // prettier-ignore
    refused('the victims database deleted', 'DELETE', `${api}/tenants/${tenant}/databases/${physicalDatabase}`), // prettier-ignore
    own('who am I', 'GET', `${api}/auth/identity`),
    refused('the first version', 'GET', `${mount}/api/v1/collections`),
    refused('the description of the interface', 'GET', `${mount}/openapi.json`),
    refused('the documents of it', 'GET', `${mount}/docs`),
    refused('another method over POST', 'POST', `${api}/tenants/${tenant}/databases/${physicalDatabase}`, { headers: { 'x-http-method-override': 'DELETE' } }), // prettier-ignore
  ]
}
