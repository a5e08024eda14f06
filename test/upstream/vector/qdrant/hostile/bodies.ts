// Bodies that are no JSON, too much JSON, or JSON that two readers read differently; creation with
// more than is a tenant's to say; inference.
import { Buffer } from 'node:buffer'
import { type HostileClass, type HostileRequest, quoted, requests } from './request.ts'

const deep = (open: string, close: string, depth: number, inner = ''): string =>
  open.repeat(depth) + inner + close.repeat(depth)

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
  )

export const bodies: HostileClass = (context) => {
  const { prefix: p, physical, victimPointId } = context
  const { post, put, make, own } = requests('body', context)
  const scroll = (
    title: string,
    body: string | Uint8Array,
    expect: 'refused' | 'own' = 'refused',
  ) => make(title, 'POST', `${own}/points/scroll`, expect, { body })
  const upsert = (title: string, id: string, more: string, expect: 'refused' | 'own') =>
    put(title, '/points?wait=true', `{"points":[{"id":${id},"vector":[1,0]${more}}]}`, expect)
  const create = (title: string, more: string, expect: 'refused' | 'own'): HostileRequest =>
    make(`creates with ${title}`, 'PUT', `${p}/collections/made_of_body`, expect, {
      body: `{"vectors":{"size":2,"distance":"Dot"},${more}}`,
    })
  const inference = `{"text":"what does the victim know?","model":"qdrant/bm25"}`
  const elsewhere = `{"image":"http://127.0.0.1:1/","model":"m"}`
  return [
    scroll('is empty', ''),
    scroll('is a space', ' '),
    scroll('is no JSON', 'limit=100'),
    scroll('is null', 'null'),
    scroll('is a text', '"{}"'),
    scroll('is an array', '[]'),
    scroll('is two objects', '{}{}'),
    scroll('has a tail', '{"limit":1}x'),
    scroll('has a comma too much', '{"limit":1,}'),
    scroll('has a comment', '{"limit":1/*x*/}'),
    scroll('has single quotes', "{'limit':1}"),
    scroll('has a bare name', '{limit:1}'),
    scroll('begins with a mark of order', bytes([0xef, 0xbb, 0xbf], '{}')),
    scroll('is in UTF-16', bytes([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])),
    scroll('is no UTF-8', bytes('{"with_payload":["', [0xff, 0xfe], '"]}')),
    scroll('is overlong UTF-8', bytes('{"with_payload":["', [0xc0, 0xae], '"]}')),
    scroll('has half of a pair', '{"with_payload":["\\ud800"]}'),
    scroll('has a NUL', '{"limit":1}\u0000'),
    scroll('has a line break in a text', '{"with_payload":["a\nb"]}'),
    scroll('is compressed', bytes([0x1f, 0x8b, 0x08, 0x00])),
    scroll('is nested 10,000 arrays deep', deep('[', ']', 10_000)),
    scroll('is nested 10,000 objects deep', deep('{"a":', '}', 10_000, '1')),
    scroll('filters 10,000 deep', `{"filter":${deep('{"must":[', ']}', 10_000)}}`),
    scroll('filters 60 deep', `{"filter":${deep('{"must":[', ']}', 60)}}`, 'own'),
    post(
      'prefetches 10,000 deep',
      '/points/query',
      deep('{"query":[1,0],"prefetch":', '}', 10_000, 'null'),
      'refused',
    ),
    scroll('is of 9 MiB', `{"limit":1${' '.repeat(9 * 1024 * 1024)}}`),
    upsert(
      'brings a payload of 9 MiB',
      '1',
      `,"payload":{"x":"${'x'.repeat(9 * 1024 * 1024)}"}`,
      'refused',
    ),
    scroll('names a member twice', '{"limit":1,"limit":1000000000}'),
    scroll('names a member twice, once in escapes', '{"limit":1,"l\\u0069mit":1000000000}'),
    scroll('names __proto__', '{"__proto__":{"limit":1}}'),
    scroll('names constructor', '{"constructor":{"prototype":{"limit":1}}}', 'own'),
    scroll('asks for a thousand million', '{"limit":1000000000}', 'own'),
    scroll('asks for none', '{"limit":0}'),
    scroll('asks for fewer than none', '{"limit":-1}'),
    scroll('asks for minus nothing', '{"limit":-0}', 'own'),
    scroll('asks for a half', '{"limit":1.5}'),
    scroll('asks for 1e2', '{"limit":1e2}', 'own'),
    scroll('asks for 1e999', '{"limit":1e999}'),
    scroll('asks for 2^64', '{"limit":18446744073709551616}'),
    scroll('asks for 2^64 - 1', '{"limit":18446744073709551615}', 'own'),
    scroll('asks for a number with a zero in front', '{"limit":01}'),
    scroll('asks for a text', '{"limit":"1"}'),
    scroll('asks for NaN', '{"limit":NaN}'),
    scroll('starts at the victim’s point', `{"offset":${victimPointId}}`, 'own'),
    post(
      'leaps over a thousand million',
      '/points/query',
      '{"query":[1,0],"offset":1000000000}',
      'own',
    ),
    post(
      'asks for a matrix of all',
      '/points/search/matrix/pairs',
      '{"sample":1000000000,"limit":1000000000}',
      'own',
    ),
    post(
      'asks for groups without end',
      '/points/query/groups',
      '{"query":[1,0],"group_by":"n","group_size":1000000000,"limit":1000000000}',
      'own',
    ),
    post(
      'asks 2,000 times at once',
      '/points/query/batch',
      `{"searches":[${Array.from({ length: 2_000 }, () => '{"query":[1,0]}').join()}]}`,
      'own',
    ),
    upsert('an id past 64 bits', '18446744073709551616', '', 'refused'),
    upsert('an id of 64 bits', '18446744073709551615', '', 'own'),
    upsert('an id past 53 bits', '9007199254740993', '', 'own'),
    upsert('an id below nothing', '-1', '', 'refused'),
    upsert('an id of minus nothing', '-0', '', 'own'),
    upsert('an id that is a float', '1.0', '', 'own'),
    upsert('an id that is 1e3', '1e3', '', 'own'),
    upsert('an id that is a text', '"7"', '', 'refused'),
    upsert('an id that is a physical name', quoted(physical), '', 'refused'),
    upsert('an id in braces', '"{936da01f-9abd-4d9d-80c7-02af85c822a8}"', '', 'own'),
    upsert('an id that is null', 'null', '', 'refused'),
    upsert('an id that is an array', '[1]', '', 'refused'),
    upsert('the victim’s id', victimPointId, ',"payload":{"mine":true}', 'own'),
    upsert('a payload that is an array', '1', ',"payload":[["_tenant_id","victim"]]', 'refused'),
    upsert('a payload that is a text', '1', ',"payload":"x"', 'refused'),
    upsert(
      'a payload with __proto__',
      '1',
      ',"payload":{"__proto__":{"_tenant_id":"victim"}}',
      'own',
    ),
    upsert('a payload with 1e999', '1', ',"payload":{"x":1e999}', 'refused'),
    upsert(
      'a payload with a float that is whole',
      '1',
      ',"payload":{"x":1.0,"y":-0.0,"z":12345678901234567890}',
      'own',
    ),
    put(
      'a vector with 1e999',
      '/points?wait=true',
      '{"points":[{"id":1,"vector":[1e999,0]}]}',
      'refused',
    ),
    put(
      'a vector of another size',
      '/points?wait=true',
      '{"points":[{"id":1,"vector":[1,0,0]}]}',
      'refused',
    ),
    put(
      'a vector by another name',
      '/points?wait=true',
      `{"points":[{"id":1,"vector":{${quoted(physical)}:[1,0]}}]}`,
      'refused',
    ),
    put(
      'a vector to be inferred',
      '/points?wait=true',
      `{"points":[{"id":1,"vector":${inference}}]}`,
      'refused',
    ),
    put(
      'a vector to be inferred from elsewhere',
      '/points?wait=true',
      `{"points":[{"id":1,"vector":${elsewhere}}]}`,
      'refused',
    ),
    put(
      'a column to be inferred',
      '/points?wait=true',
      `{"batch":{"ids":[1],"vectors":[${inference}]}}`,
      'refused',
    ),
    put(
      'an update to be inferred',
      '/points/vectors?wait=true',
      `{"points":[{"id":1,"vector":${inference}}]}`,
      'refused',
    ),
    post('a query to be inferred', '/points/query', `{"query":${inference}}`, 'refused'),
    post(
      'a nearest to be inferred',
      '/points/query',
      `{"query":{"nearest":${elsewhere}}}`,
      'refused',
    ),
    post(
      'a prefetch to be inferred',
      '/points/query',
      `{"query":[1,0],"prefetch":{"query":${inference}}}`,
      'refused',
    ),
    post(
      'an example to be inferred',
      '/points/query',
      `{"query":{"recommend":{"positive":[${inference}]}}}`,
      'refused',
    ),
    post(
      'an operation to be inferred',
      '/points/batch?wait=true',
      `{"operations":[{"upsert":{"points":[{"id":1,"vector":${inference}}]}}]}`,
      'refused',
    ),
    create(
      'another collection’s points',
      `"init_from":{"collection":${quoted(physical)}}`,
      'refused',
    ),
    create(
      'another collection’s points, as an array',
      `"init_from":[${quoted(physical)}]`,
      'refused',
    ),
    create('its own strict mode', '"strict_mode_config":{"enabled":false}', 'refused'),
    create('a thousand shards', '"shard_number":1000', 'refused'),
    create('shards by key', '"sharding_method":"custom"', 'refused'),
    create('ten replicas', '"replication_factor":10', 'refused'),
    create('a log of its own', '"wal_config":{"wal_capacity_mb":1000000}', 'refused'),
    create('an id of its own', '"uuid":"936da01f-9abd-4d9d-80c7-02af85c822a8"', 'refused'),
    create('an unknown member', `"like":${quoted(physical)}`, 'refused'),
    create('its vectors twice', '"vectors":{"size":65536,"distance":"Dot"}', 'refused'),
    create('a vector named by a way up', '"sparse_vectors":{"../../x":{}}', 'refused'),
    make('creates with vectors of 65,537', 'PUT', `${p}/collections/made_of_body`, 'refused', {
      body: '{"vectors":{"size":65537,"distance":"Dot"}}',
    }),
    make('creates with vectors of a fraction', 'PUT', `${p}/collections/made_of_body`, 'refused', {
      body: '{"vectors":{"size":2.5,"distance":"Dot"}}',
    }),
    make('loosens the strict mode', 'PATCH', own, 'refused', {
      body: '{"strict_mode_config":{"enabled":false}}',
    }),
    make('loosens the strict mode, in escapes', 'PATCH', own, 'refused', {
      body: '{"strict\\u005fmode_config":{"enabled":false}}',
    }),
    make('changes the replicas', 'PATCH', own, 'refused', {
      body: '{"params":{"replication_factor":10}}',
    }),
    make('changes the victim’s collection', 'PATCH', `${p}/collections/${physical}`, 'refused', {
      body: '{"hnsw_config":{"m":4}}',
    }),
  ]
}
