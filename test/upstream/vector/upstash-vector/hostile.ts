// What a tenant may try against another's namespace in the same Upstash Vector index: the last segment
// of a path, left out, doubled or climbed out of; the uuid of another's resumable query; what tells or
// changes all namespaces at once.
import { hostilePaths } from '../hostile-paths.ts'
import { type HostileRequest, own, refused } from '../hostile-request.ts'

export interface UpstashVectorVictim {
  /** Where the upstream is mounted: `/upstash-vector`, or '' at a host of its own. */
  readonly mount: string
  readonly slug: string
  /** The name by which the victim knows its namespace. */
  readonly logical: string
  /** The name of it at Upstash. */
  readonly physical: string
  /** Of a record in it. */
  readonly id: string
  /** Of a query that the victim has begun: as the gateway gave it, and as Upstash did. */
  readonly sealedUuid: string
  readonly rawUuid: string
  readonly dimension: number
}

const ANY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const

export function upstashVectorRequests(victim: UpstashVectorVictim): HostileRequest[] {
  const { mount, physical, id } = victim
  const body = { ids: [id], includeMetadata: true }
  const fetched = { mount, method: 'POST', before: '/fetch/', name: physical, after: '', body }
  return [
    ...hostilePaths(fetched),
    ...names(victim),
    ...shapes(victim),
    ...resumed(victim),
    ...all(victim),
    ...denied(victim),
  ]
}

/** Every command that takes a namespace, with a body that would do something there. */
function commands({ id, dimension }: UpstashVectorVictim): [string, unknown][] {
  const vector = Array.from({ length: dimension }, () => 1)
  const whole = { includeMetadata: true, includeData: true, includeVectors: true }
  return [
    ['upsert', { id: 'planted', vector }],
    ['upsert-data', [{ id: 'planted', data: 'planted' }]],
    ['query', { vector, topK: 100, ...whole }],
    ['query-data', { data: 'secret', topK: 100, ...whole }],
    ['fetch', { ids: [id], ...whole }],
    ['range', { cursor: '0', limit: 100, ...whole }],
    ['update', { id, metadata: { planted: true } }],
    ['delete', { ids: [id] }],
    ['reset', []],
    ['resumable-query', { vector, topK: 100, ...whole }],
    ['resumable-query-data', { data: 'secret', topK: 100, ...whole }],
  ]
}

function names(victim: UpstashVectorVictim): HostileRequest[] {
  const { mount, slug, logical, physical } = victim
  const everywhere = commands(victim).flatMap(([command, body]) => [
    own(`${command}: the physical name`, 'POST', `${mount}/${command}/${physical}`, { body }),
    own(`${command}: no name`, 'POST', `${mount}/${command}`, { body }),
    refused(`${command}: two names`, 'POST', `${mount}/${command}/mine/${physical}`, { body }),
  ])
  const [, body] = commands(victim)[4] ?? []
  const odd: [string, string][] = [
    ['the logical name', logical],
    ['the slug', slug],
    ['the slug and the name', `${slug}_${logical}`],
    ['a rule in front', `_${slug}_${logical}`],
    ['a space behind', `${physical}%20`],
    ['a plus behind', `${physical}+`],
    ['a mark that has no width', `${physical}%e2%80%8b`],
    ['a look-alike', physical.replace('e', '%d0%b5')],
    ['two names and a comma', `mine,${physical}`],
    ['a pattern', '*'],
  ]
  return [
    ...everywhere,
    ...odd.map(([what, name]) => own(`fetch: ${what}`, 'POST', `${mount}/fetch/${name}`, { body })),
    own('a namespace in the body', 'POST', `${mount}/fetch/mine`, {
      body: { ...Object(body), namespace: physical },
    }),
    own('a namespace in the query', 'POST', `${mount}/fetch/mine?namespace=${physical}`, { body }),
    own('a namespace in headers', 'POST', `${mount}/fetch/mine`, {
      body,
      headers: { 'upstash-namespace': physical, 'x-namespace': physical, 'x-tenant': slug },
    }),
    own('an empty name', 'POST', `${mount}/fetch/`, { body }),
    own('the command by GET', 'GET', `${mount}/fetch/${physical}`, { body }),
    own('a delete by GET', 'GET', `${mount}/delete/${physical}`, { body }),
    own('a reset by GET', 'GET', `${mount}/reset/${physical}`),
    own('a delete by prefix', 'DELETE', `${mount}/delete/${physical}`, { body: { prefix: '' } }),
    own('a delete by filter', 'DELETE', `${mount}/delete/${physical}`, {
      body: { filter: 'HAS FIELD secret' },
    }),
  ]
}

function shapes(victim: UpstashVectorVictim): HostileRequest[] {
  const { mount, physical, id, dimension } = victim
  const vector = Array.from({ length: dimension }, () => 1)
  return [
    own('a member twice', 'POST', `${mount}/fetch/mine`, {
      body: `{"ids":["x"],"ids":["${id}"],"namespace":"mine","namespace":"${physical}"}`,
    }),
    refused('a list where an object is meant', 'POST', `${mount}/fetch/mine`, { body: [[id]] }),
    refused('lists of fields in a list', 'POST', `${mount}/upsert/mine`, {
      body: [['planted', vector]],
    }),
    refused('a list in a list', 'POST', `${mount}/upsert/mine`, { body: [[{ id: 'x', vector }]] }),
    refused('an object of objects', 'POST', `${mount}/upsert/mine`, {
      body: { 0: { id: 'x', vector }, length: 1 },
    }),
    refused('no JSON', 'POST', `${mount}/upsert/mine`, { body: '{id:1}' }),
    refused('nothing', 'POST', `${mount}/upsert/mine`, { body: '' }),
    refused('two bodies', 'POST', `${mount}/upsert/mine`, {
      body: `${JSON.stringify({ id: 'x', vector })}[]`,
    }),
    own('an id of two megabytes and a half', 'POST', `${mount}/upsert/mine`, {
      body: { id: 'x'.repeat(2_500_000), vector },
    }),
    own('a filter that would leave its place', 'POST', `${mount}/query/mine`, {
      body: { vector, topK: 9, filter: `x = 'a' OR namespace = '${physical}'` },
    }),
    own('a cursor far beyond', 'POST', `${mount}/range/mine`, {
      body: { cursor: '18446744073709551616', limit: 100 },
    }),
    own('a cursor that names a place', 'POST', `${mount}/range/mine`, {
      body: { cursor: `${physical}:0`, limit: 100 },
    }),
  ]
}

/** The uuid is all that Upstash asks for: any that the gateway has not given to mallory is none. */
function resumed({ mount, physical, sealedUuid, rawUuid }: UpstashVectorVictim): HostileRequest[] {
  const tried: [string, unknown][] = [
    ['as the gateway gave it to the victim', sealedUuid],
    ['as Upstash gave it', rawUuid],
    ['as Upstash gave it, in capitals', rawUuid.toUpperCase()],
    ['as Upstash gave it, undashed', rawUuid.replaceAll('-', '')],
    ['as Upstash gave it, in braces', `{${rawUuid}}`],
    ['as Upstash gave it, as a URN', `urn:uuid:${rawUuid}`],
    ['as Upstash gave it, with spaces', ` ${rawUuid} `],
    ['in a list', [rawUuid]],
    ['in an object', { uuid: rawUuid }],
    ['that is empty', ''],
    ['that is none', 'none'],
  ]
  return [
    ...tried.flatMap(([what, uuid]) => [
      refused(`go on with a query ${what}`, 'POST', `${mount}/resumable-query-next`, {
        body: { uuid, additionalK: 100 },
      }),
      refused(`end a query ${what}`, 'POST', `${mount}/resumable-query-end`, { body: { uuid } }),
    ]),
    refused('go on by the path', 'POST', `${mount}/resumable-query-next/${rawUuid}`, { body: {} }),
    refused('go on in a namespace', 'POST', `${mount}/resumable-query-next/${physical}`, {
      body: { uuid: rawUuid, additionalK: 100 },
    }),
    refused('go on with two uuids', 'POST', `${mount}/resumable-query-next`, {
      body: `{"uuid":"none","additionalK":9,"uuid":"${rawUuid}"}`,
    }),
    refused('go on with many', 'POST', `${mount}/resumable-query-next`, {
      body: [{ uuid: rawUuid, additionalK: 100 }],
    }),
  ]
}

function all({ mount, physical }: UpstashVectorVictim): HostileRequest[] {
  return [
    own('what the index holds', 'POST', `${mount}/info`, { body: [] }),
    own('what the index holds, by GET', 'GET', `${mount}/info`),
    own('all namespaces', 'POST', `${mount}/list-namespaces`, { body: [] }),
    refused('all namespaces, by a prefix', 'GET', `${mount}/list-namespaces/${physical}`),
    refused('a reset of all', 'POST', `${mount}/reset?all`, { body: [] }),
    refused('a reset of all, with a value', 'DELETE', `${mount}/reset?all=true`),
    refused('a reset of all, its name encoded', 'DELETE', `${mount}/reset?%61ll`),
    refused('a reset of all beside a name', 'DELETE', `${mount}/reset/mine?all`),
    own('a namespace deleted', 'POST', `${mount}/delete-namespace/${physical}`, { body: [] }),
    own('a namespace deleted, by DELETE', 'DELETE', `${mount}/delete-namespace/${physical}`),
    refused('no namespace deleted', 'DELETE', `${mount}/delete-namespace`),
    refused('a namespace renamed', 'POST', `${mount}/rename-namespace`, {
      body: { namespace: physical, newNamespace: 'mine', deleteExisting: true },
    }),
    refused('a namespace renamed over it', 'POST', `${mount}/rename-namespace`, {
      body: { namespace: 'mine', newNamespace: physical, deleteExisting: true },
    }),
  ]
}

function denied({ mount, physical }: UpstashVectorVictim): HostileRequest[] {
  const paths = ['/rename-namespace', `/random/${physical}`, '/random', '/v2/vector', '/']
  return [
    ...paths.flatMap((path) =>
      ANY_METHOD.map((method) => refused(`${method} ${path}`, method, `${mount}${path}`)),
    ),
    refused('another method over POST', 'PATCH', `${mount}/upsert/mine`, {
      body: {},
      headers: { 'x-http-method-override': 'POST' },
    }),
  ]
}
