// Headers that claim to be somebody else, parameters of the query, methods, and the framing of bodies.
import { type HostileClass, type HostileRequest, requests } from './request.ts'

export const transport: HostileClass = (context) => {
  const { prefix: p, logical, physical, victimTenant: v, ownPointId } = context
  const { make, own } = requests('transport', context)
  const scroll = `${own}/points/scroll`
  const withHeaders = (
    title: string,
    headers: readonly (readonly [string, string])[],
    expect: 'refused' | 'own' = 'own',
  ): HostileRequest => make(title, 'POST', scroll, expect, { headers, body: '{"limit":100}' })
  const claims = [
    'X-Tenant',
    'X-Tenant-Id',
    'X-Org-Id',
    'X-Tollgate-Tenant',
    'Tollgate-Tenant',
    'X-Collection',
  ]
  const routing = ['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Prefix', 'X-HTTP-Path']
  const methods = ['X-HTTP-Method', 'X-HTTP-Method-Override', 'X-Method-Override']
  const keys = ['openai-api-key', 'cohere-api-key', 'jina-api-key', 'x-evil-api-key', '-api-key']
  const query = (title: string, search: string, expect: 'refused' | 'own'): HostileRequest =>
    make(title, 'PUT', `${own}/points${search}`, expect, {
      body: `{"points":[{"id":${ownPointId},"vector":[1,0]}]}`,
    })
  const read = (title: string, search: string, expect: 'refused' | 'own'): HostileRequest =>
    make(title, 'POST', `${scroll}${search}`, expect, { body: '{}' })
  const chunked = (title: string, headers: readonly (readonly [string, string])[], body: string) =>
    make(title, 'POST', scroll, 'own', { headers, body })
  return [
    ...claims.map((name) => withHeaders(`says ${name}: victim`, [[name, v]])),
    ...claims.map((name) =>
      withHeaders(`says ${name} with an underscore`, [[name.replaceAll('-', '_'), v]]),
    ),
    ...routing.map((name) =>
      withHeaders(`says ${name}`, [[name, `${p}/collections/${physical}/points/scroll`]]),
    ),
    ...methods.map((name) => withHeaders(`says ${name}: DELETE`, [[name, 'DELETE']])),
    ...keys.map((name) => withHeaders(`brings ${name}`, [[name, 'sk-mallory']])),
    withHeaders('brings the service’s key as well', [['api-key', 'qdrant-admin-key']]),
    withHeaders('brings a key of the victim’s form', [['api-key', `tg_${v}_${'A'.repeat(49)}`]]),
    withHeaders(
      'brings the service’s key alone',
      [['Authorization', 'Bearer qdrant-admin-key']],
      'refused',
    ),
    withHeaders(
      'brings no credential that counts',
      [['Authorization', 'Basic dmljdGltOng=']],
      'refused',
    ),
    withHeaders('routes by affinity', [['X-Qdrant-Route-Affinity', v]]),
    withHeaders('comes by a forwarded host', [['X-Forwarded-Host', 'qdrant.internal']]),
    withHeaders('comes by a forwarded address', [['X-Forwarded-For', '127.0.0.1']]),
    withHeaders('takes a header of the connection away', [['Connection', 'authorization, close']]),
    withHeaders('wants another protocol', [
      ['Connection', 'upgrade'],
      ['Upgrade', 'websocket'],
    ]),
    withHeaders('wants a plain text', [['Accept', 'text/plain']]),
    withHeaders('wants a range', [['Range', 'bytes=0-9']]),
    withHeaders('wants it compressed', [['Accept-Encoding', 'gzip, br, zstd']]),
    withHeaders('comes from a page', [['Origin', 'https://evil.example']]),
    withHeaders('has a cookie', [['Cookie', `tenant=${v}; collection=${physical}`]]),
    withHeaders('is a form', [['Content-Type', 'application/x-www-form-urlencoded']], 'own'),
    withHeaders('is a plain text', [['Content-Type', 'text/plain']], 'own'),
    withHeaders('is of many parts', [['Content-Type', 'multipart/form-data; boundary=x']], 'own'),
    withHeaders('is in UTF-16', [['Content-Type', 'application/json; charset=utf-16']]),
    withHeaders('says that it is compressed', [['Content-Encoding', 'gzip']], 'own'),
    withHeaders('says no type', [['Content-Type', '']]),
    chunked(
      'comes in chunks',
      [['Transfer-Encoding', 'chunked']],
      'd\r\n{"limit":100}\r\n0\r\n\r\n',
    ),
    chunked(
      'comes in small chunks',
      [['Transfer-Encoding', 'chunked']],
      '1\r\n{\r\nc\r\n"limit":100}\r\n0\r\n\r\n',
    ),
    chunked(
      'comes in chunks with a trailer',
      [
        ['Transfer-Encoding', 'chunked'],
        ['Trailer', 'X-Tenant'],
      ],
      `2\r\n{}\r\n0\r\nX-Tenant: ${v}\r\n\r\n`,
    ),
    chunked(
      'comes in chunks with extensions',
      [['Transfer-Encoding', 'chunked']],
      `2;tenant=${v}\r\n{}\r\n0\r\n\r\n`,
    ),
    make('has chunks and a length', 'POST', scroll, 'own', {
      headers: [
        ['Transfer-Encoding', 'chunked'],
        ['Content-Length', '2'],
      ],
      body: '2\r\n{}\r\n0\r\n\r\n',
    }),
    make('has two lengths', 'POST', scroll, 'refused', {
      headers: [
        ['Content-Length', '2'],
        ['Content-Length', '3'],
      ],
      body: '{} ',
    }),
    make('has an unknown coding', 'POST', scroll, 'refused', {
      headers: [['Transfer-Encoding', 'xchunked']],
      body: '{}',
    }),
    query('does not wait', '?wait=false', 'own'),
    query('says nothing of waiting', '', 'own'),
    query('waits twice', '?wait=true&wait=false', 'refused'),
    query('waits in escapes', '?w%61it=false', 'own'),
    query('waits in capitals', '?WAIT=true', 'refused'),
    query('waits as a number', '?wait=1', 'refused'),
    query('waits behind a semicolon', '?ordering=weak;wait=true', 'refused'),
    query('has no value', '?wait', 'refused'),
    query('has an empty value', '?wait=', 'refused'),
    query('waits for ever', '?wait=true&timeout=18446744073709551615', 'own'),
    query('waits for no time', '?wait=true&timeout=0', 'refused'),
    query('waits for less than no time', '?wait=true&timeout=-1', 'refused'),
    query('has an unknown order', '?ordering=none', 'refused'),
    query('has a strong order', '?wait=true&ordering=strong', 'own'),
    query('names a collection', `?wait=true&collection_name=${physical}`, 'refused'),
    query('names a tenant', `?wait=true&tenant=${v}`, 'refused'),
    query('has a second question mark', `?wait=true?collection=${physical}`, 'refused'),
    query('has an encoded line break', '?wait=true%0d%0ax: y'.replace(' ', '%20'), 'refused'),
    query('names a parameter as an array', '?wait[]=true', 'refused'),
    query('has a thousand parameters', `?wait=true${'&a=1'.repeat(1_000)}`, 'refused'),
    read('reads with a consistency', '?consistency=all', 'own'),
    read('reads with no such consistency', '?consistency=none', 'refused'),
    read('reads from very many', '?consistency=999999999999', 'own'),
    read('reads every shard', '?shard=0', 'refused'),
    read('asks to profile', '?profile=true', 'refused'),
    make('a listing with every detail', 'GET', `${p}/collections?details=true`, 'refused'),
    make('a removal with a time', 'DELETE', `${p}/collections/${physical}?timeout=1`, 'own'),
    ...['HEAD', 'TRACE', 'PATCH', 'PROPFIND', 'SEARCH', 'QUERY', 'LINK', 'PURGE'].map((method) =>
      make(`${method} of the points`, method, scroll, 'refused', { body: '{}' }),
    ),
    make('CONNECT to the service', 'CONNECT', 'qdrant.internal:6333', 'refused'),
    make('CONNECT to a path', 'CONNECT', own, 'refused'),
    make('a method in small letters', 'post', scroll, 'refused', { body: '{}' }),
    make('a method nobody knows', 'FOO', scroll, 'refused', { body: '{}' }),
    make('OPTIONS of the points', 'OPTIONS', scroll, 'own'),
    make('a question beforehand', 'OPTIONS', own, 'own', {
      headers: [
        ['Origin', 'https://evil.example'],
        ['Access-Control-Request-Method', 'DELETE'],
      ],
    }),
    make('HEAD of the victim', 'HEAD', `${p}/collections/${physical}`, 'refused'),
    make('HEAD of the listing', 'HEAD', `${p}/collections`, 'own'),
    make('GET with a body', 'GET', `${p}/collections/${logical}`, 'own', {
      body: `{"collection_name":"${physical}"}`,
    }),
    make('DELETE with a body', 'DELETE', `${p}/collections/${physical}`, 'own', {
      body: `{"collection_name":"${physical}"}`,
    }),
    make('a page by GET', 'GET', scroll, 'refused', { body: '{}' }),
    make('an upsert by PATCH', 'PATCH', `${own}/points`, 'refused', { body: '{"points":[]}' }),
  ]
}
