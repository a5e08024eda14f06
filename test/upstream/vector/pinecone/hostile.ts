// What a tenant may try against another's namespace in the same Pinecone index: every place of wire
// format where a namespace can stand, be left out, be hidden, or be carried by a token.
import { Buffer } from 'node:buffer'
import { hostilePaths } from '../hostile-paths.ts'
import { type HostileRequest, own, refused } from '../hostile-request.ts'

export interface PineconeVictim {
  /** Where the upstream is mounted: `/pinecone`, or '' at a host of its own. */
  readonly mount: string
  readonly slug: string
  /** The name by which the victim knows its namespace. */
  readonly logical: string
  /** The name of it at Pinecone. */
  readonly physical: string
  /** Of a record in it. */
  readonly id: string
  /** A pagination token as the gateway gave it to the victim, and as Pinecone writes it. */
  readonly sealedToken: string
  readonly rawToken: string
  readonly dimension: number
}

const ANY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

export function pineconeRequests(victim: PineconeVictim): HostileRequest[] {
  const { mount, physical } = victim
  const described = { mount, method: 'GET', before: '/namespaces/', name: physical, after: '' }
  return [
    ...hostilePaths(described),
    ...names(victim),
    ...shapes(victim),
    ...hidden(victim),
    ...tokens(victim),
    ...tellings(victim),
    ...records(victim),
    ...denied(victim),
  ]
}

/** An ordinary request of each kind, in a namespace. */
function operations({ mount, id, dimension }: PineconeVictim) {
  const vector = Array.from({ length: dimension }, () => 1)
  const bodies: [string, object][] = [
    ['/query', { topK: 100, vector, includeMetadata: true, includeValues: true }],
    ['/query', { topK: 100, id, includeMetadata: true }],
    ['/vectors/upsert', { vectors: [{ id, values: vector }] }],
    ['/vectors/update', { id, setMetadata: { planted: true } }],
    ['/vectors/delete', { ids: [id] }],
    ['/vectors/delete', { deleteAll: true }],
    ['/vectors/fetch_by_metadata', { filter: { secret: { $exists: true } } }],
  ]
  return bodies.map(([path, body]) => ({ target: `${mount}${path}`, body }))
}

function names(victim: PineconeVictim): HostileRequest[] {
  const { logical, physical, slug } = victim
  const tried: [string, unknown][] = [
    ['the physical name', physical],
    ['none, an empty one', ''],
    ['none, null', null],
    ['the default one', '__default__'],
  ]
  const everywhere = operations(victim).flatMap(({ target, body }, at) =>
    tried.map(([what, namespace]) =>
      own(`${target} ${at}: ${what}`, 'POST', target, { body: { ...body, namespace } }),
    ),
  )
  const [query] = operations(victim)
  const odd = [
    ['the logical name', logical],
    ['the slug', slug],
    ['the prefix and the slug', physical.slice(0, physical.indexOf(slug) + slug.length)],
    ['the prefix, the slug and a rule', `${slug}_${logical}`],
    ['up to the name', `/../${physical}`],
    ['from the other tenant on', `x_${slug}_${logical}`],
    ['the name in capitals', physical.toUpperCase()],
    ['a space behind', `${physical} `],
    ['a zero byte behind', `${physical}\0`],
    ['a mark that has no width', `${physical}\u200b`],
    ['a look-alike', physical.replace('e', '\u0435')],
    ['letters and a combining mark', `${physical}\u0301`],
    ['full-width letters', fullWidth(physical)],
    ['a pattern', '*'],
    ['600 letters', 'n'.repeat(600)],
  ] as const
  return [
    ...everywhere,
    ...odd.map(([what, namespace]) =>
      own(`a query: ${what}`, 'POST', query?.target ?? '', { body: { ...query?.body, namespace } }),
    ),
  ]
}

function fullWidth(text: string): string {
  return text.replaceAll(/./g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
}

/** A namespace that is no string, a message that is no object. */
function shapes(victim: PineconeVictim): HostileRequest[] {
  const { mount, physical, dimension } = victim
  const vector = Array.from({ length: dimension }, () => 1)
  const [query] = operations(victim)
  const values: [string, unknown][] = [
    ['a list', [physical]],
    ['an object', { name: physical }],
    ['a number', 7],
    ['true', true],
  ]
  return [
    ...values.map(([what, namespace]) =>
      refused(`a namespace that is ${what}`, 'POST', `${mount}/query`, {
        body: { ...query?.body, namespace },
      }),
    ),
    refused('a query as a list of its fields', 'POST', `${mount}/query`, {
      body: [physical, 100, null, true, true, [], vector],
    }),
    refused('an upsert as a list', 'POST', `${mount}/vectors/upsert`, {
      body: [[{ id: 'planted', values: vector }], physical],
    }),
    refused('a delete as a list', 'POST', `${mount}/vectors/delete`, {
      body: [[], true, physical, null],
    }),
    refused('two messages', 'POST', `${mount}/query`, {
      body: `${JSON.stringify(query?.body)}{"namespace":"${physical}"}`,
    }),
    refused('no JSON', 'POST', `${mount}/query`, { body: `{namespace:'${physical}'}` }),
    refused('a string', 'POST', `${mount}/query`, { body: JSON.stringify(physical) }),
    refused('nothing', 'POST', `${mount}/query`, { body: '' }),
    refused('vectors that are an object', 'POST', `${mount}/vectors/upsert`, {
      body: { vectors: { id: 'x', values: vector }, namespace: physical },
    }),
    refused('two megabytes and a half in one vector', 'POST', `${mount}/vectors/upsert`, {
      body: { vectors: [{ id: 'x'.repeat(2_500_000), values: vector }] },
    }),
  ]
}

/** Names that a reader of the first `namespace` member does not see. */
function hidden({ mount, physical, id, dimension }: PineconeVictim): HostileRequest[] {
  const vector = JSON.stringify(Array.from({ length: dimension }, () => 1))
  const rest = `"topK":100,"vector":${vector},"includeMetadata":true`
  const last = `"namespace":"${physical}"`
  const query = `${mount}/query`
  const json = (body: string) => ({ body })
  return [
    own('two namespaces, the second the victims', 'POST', query, json(`{"namespace":"a",${rest},${last}}`)), // prettier-ignore
    own('two namespaces, the first the victims', 'POST', query, json(`{${last},${rest},"namespace":"a"}`)), // prettier-ignore
    own('a namespace with an escape in its name', 'POST', query, json(`{"namesp\\u0061ce":"${physical}",${rest}}`)), // prettier-ignore
    own('a namespace with an escape in its value', 'POST', query, json(`{"namespace":"${physical.replace('t', '\\u0074')}",${rest}}`)), // prettier-ignore
    own('Namespace', 'POST', query, json(`{"Namespace":"${physical}",${rest}}`)),
    own('name_space', 'POST', query, json(`{"name_space":"${physical}",${rest}}`)),
    refused('queries, each with a namespace', 'POST', query, json(`{"topK":9,"queries":[{"values":${vector},${last}}]}`)), // prettier-ignore
    refused('queries beside a vector', 'POST', query, json(`{${rest},"queries":[{"values":${vector},${last}}]}`)), // prettier-ignore
    refused('queries as lists', 'POST', query, json(`{"topK":9,"queries":[[${vector},9,"${physical}"]]}`)), // prettier-ignore
    own('a namespace in the query string of a POST', 'POST', `${query}?namespace=${physical}`, json(`{${rest}}`)), // prettier-ignore
    own('a namespace in headers', 'POST', query, {
      body: `{${rest}}`,
      headers: { namespace: physical, 'x-pinecone-namespace': physical, 'x-tenant': 'victim' },
    }),
    own('a namespace in the vectors', 'POST', `${mount}/vectors/upsert`, json(`{"vectors":[{"id":"planted","values":${vector},${last}}]}`)), // prettier-ignore
    own('delete_all in its other spelling', 'POST', `${mount}/vectors/delete`, json(`{"delete_all":true,${last}}`)), // prettier-ignore
    own('a proto prefix', 'POST', query, json(`{"__proto__":{${last}},${rest}}`)),
    own('ids and the victims namespace', 'GET', `${mount}/vectors/fetch?ids=${id}&namespace=${physical}`), // prettier-ignore
    own('two namespaces in a query string', 'GET', `${mount}/vectors/fetch?ids=${id}&namespace=a&namespace=${physical}`), // prettier-ignore
    own('two namespaces, the victims first', 'GET', `${mount}/vectors/fetch?ids=${id}&namespace=${physical}&namespace=a`), // prettier-ignore
    own('a list of namespaces in a query string', 'GET', `${mount}/vectors/fetch?ids=${id}&namespace[]=${physical}`), // prettier-ignore
    own('an encoded name of the parameter', 'GET', `${mount}/vectors/fetch?ids=${id}&n%61mespace=${physical}`), // prettier-ignore
    own('a semicolon for an ampersand', 'GET', `${mount}/vectors/fetch?ids=${id};namespace=${physical}`), // prettier-ignore
    own('no namespace at all', 'GET', `${mount}/vectors/fetch?ids=${id}`),
    own('a list of what lies there', 'GET', `${mount}/vectors/list?namespace=${physical}`),
  ]
}

function tokens({ mount, physical, sealedToken, rawToken }: PineconeVictim): HostileRequest[] {
  const made = (place: object): string => Buffer.from(JSON.stringify(place)).toString('base64')
  const forged = made({ namespace: physical, prefix: '', after: '' })
  const flipped = `${sealedToken.slice(0, -2)}${sealedToken.endsWith('A') ? 'BB' : 'AA'}`
  const tried: [string, string][] = [
    ['as the gateway gave it to the victim', sealedToken],
    ['as Pinecone writes it', rawToken],
    ['forged', forged],
    ['cut short', sealedToken.slice(0, -4)],
    ['with its end changed', flipped],
    ['in capitals', sealedToken.toUpperCase()],
    ['twice', `${sealedToken}${sealedToken}`],
  ]
  return tried.flatMap(([what, token]) => [
    refused(`a token ${what}, to list`, 'GET', `${mount}/vectors/list?namespace=mine&paginationToken=${encodeURIComponent(token)}`), // prettier-ignore
    refused(`a token ${what}, to list namespaces`, 'GET', `${mount}/namespaces?paginationToken=${encodeURIComponent(token)}`), // prettier-ignore
    refused(`a token ${what}, to fetch by metadata`, 'POST', `${mount}/vectors/fetch_by_metadata`, {
      body: { namespace: 'mine', filter: { secret: { $exists: true } }, paginationToken: token },
    }),
  ])
}

/** What tells of namespaces: counts and lists. */
function tellings({ mount, slug, physical }: PineconeVictim): HostileRequest[] {
  return [
    own('the counts of all', 'POST', `${mount}/describe_index_stats`, { body: {} }),
    own('the counts of all, by filter', 'POST', `${mount}/describe_index_stats`, {
      body: { filter: { secret: { $exists: true } } },
    }),
    own('the counts of all, by GET', 'GET', `${mount}/describe_index_stats`),
    own('all namespaces', 'GET', `${mount}/namespaces`),
    own('namespaces by the others prefix', 'GET', `${mount}/namespaces?prefix=${physical.slice(0, 9)}`), // prettier-ignore
    own('namespaces by two prefixes', 'GET', `${mount}/namespaces?prefix=a&prefix=tenant_${slug}`),
    own('creation of one that is there', 'POST', `${mount}/namespaces`, { body: { name: physical } }), // prettier-ignore
    own('creation by the query string', 'POST', `${mount}/namespaces?name=${physical}`, { body: {} }), // prettier-ignore
    own('deletion of the namespace', 'DELETE', `${mount}/namespaces/${physical}`),
    own('deletion of the default one', 'DELETE', `${mount}/namespaces/__default__`),
    refused('deletion of none', 'DELETE', `${mount}/namespaces/`),
  ]
}

function records({ mount, physical }: PineconeVictim): HostileRequest[] {
  const headers = { 'content-type': 'application/x-ndjson' }
  const upsert = `${mount}/records/namespaces/mine/upsert`
  return [
    own('a search of records there', 'POST', `${mount}/records/namespaces/${physical}/search`, {
      body: { query: { top_k: 9, inputs: { text: 'secret' } } },
    }),
    own('records upserted there', 'POST', `${mount}/records/namespaces/${physical}/upsert`, {
      body: '{"_id":"planted","chunk_text":"planted"}',
      headers,
    }),
    own('a namespace in a record', 'POST', upsert, {
      body: `{"_id":"planted","chunk_text":"a","namespace":"${physical}"}`,
      headers,
    }),
    own('a line break of another kind between records', 'POST', upsert, {
      body: '{"_id":"a","chunk_text":"a"}\r\n{"_id":"b","chunk_text":"b"}\r\n',
      headers,
    }),
    refused('a list of records', 'POST', upsert, {
      body: '[{"_id":"a","chunk_text":"a"}]',
      headers,
    }),
    own('a namespace in the search', 'POST', `${mount}/records/namespaces/mine/search`, {
      body: { query: { top_k: 9, inputs: { text: 'secret' } }, namespace: physical },
    }),
    refused('records without a namespace', 'POST', `${mount}/records/namespaces//upsert`, {
      body: '{"_id":"a","chunk_text":"a"}',
      headers,
    }),
  ]
}

function denied({ mount, physical }: PineconeVictim): HostileRequest[] {
  const paths = [
    '/collections',
    '/backups',
    '/restore-jobs',
    '/bulk/imports',
    '/bulk/imports/1',
    '/assistants',
    '/admin/projects',
    `/namespaces/${physical}/documents/search`,
  ]
  const bodies = { '/bulk/imports': { uri: 's3://bucket/of-mallory' } }
  return [
    ...paths.flatMap((path) =>
      ANY_METHOD.map((method) => {
        const body = path in bodies && method !== 'GET' ? bodies['/bulk/imports'] : undefined
        return refused(`${method} ${path}`, method, `${mount}${path}`, { body })
      }),
    ),
    refused('deletion of the index', 'DELETE', `${mount}/indexes/tests`),
    refused('an index made', 'POST', `${mount}/indexes`, { body: { name: 'x', dimension: 3 } }),
    refused('the index changed', 'PATCH', `${mount}/indexes/tests`, { body: { tags: {} } }),
    refused('a delete by query', 'DELETE', `${mount}/vectors/delete?deleteAll=true&namespace=${physical}`), // prettier-ignore
    refused('a query by GET', 'GET', `${mount}/query?namespace=${physical}&topK=9`),
    refused('another method over POST', 'POST', `${mount}/namespaces/${physical}`, {
      headers: { 'x-http-method-override': 'DELETE' },
    }),
    refused('what is not offered', 'POST', `${mount}/vectors/export`, { body: {} }),
    refused('the control plane behind dots', 'POST', `${mount}/query/..//indexes`, { body: {} }),
  ]
}
