// Arrays where objects are expected: serde reads the fields in their order, a walk over keys sees
// none.
import { type HostileClass, quoted, requests } from './request.ts'

export const arrays: HostileClass = (context) => {
  const { physical, victimPointId: id, prefix, alias } = context
  const { post, put, make } = requests('array', context)
  const name = quoted(physical)
  const prefetch = `[null,${id},null,null,null,null,3,[${name}]]`
  const groups = (lookup: string): string =>
    `{"query":[1,0],"group_by":"n","with_lookup":${lookup}}`
  const aliases = (title: string, body: string) =>
    make(title, 'POST', `${prefix}/collections/aliases`, 'refused', { body })
  return [
    post('lookup_from', '/points/query', `{"query":${id},"lookup_from":[${name}]}`, 'refused'),
    post(
      'lookup_from of two',
      '/points/query',
      `{"query":${id},"lookup_from":[${name},null]}`,
      'refused',
    ),
    post(
      'lookup_from of three',
      '/points/query',
      `{"query":${id},"lookup_from":[${name},"",null]}`,
      'refused',
    ),
    post('lookup_from of none', '/points/query', `{"query":${id},"lookup_from":[]}`, 'refused'),
    post(
      'lookup_from within an array',
      '/points/query',
      `{"query":${id},"lookup_from":[[${name}]]}`,
      'refused',
    ),
    post(
      'lookup_from to recommend',
      '/points/recommend',
      `{"positive":[${id}],"limit":3,"lookup_from":[${name}]}`,
      'refused',
    ),
    post(
      'lookup_from to discover',
      '/points/discover',
      `{"target":${id},"limit":3,"lookup_from":[${name}]}`,
      'refused',
    ),
    post(
      'lookup_from in a batch',
      '/points/query/batch',
      `{"searches":[{"query":${id},"lookup_from":[${name}]}]}`,
      'refused',
    ),
    post(
      'lookup_from in a prefetch',
      '/points/query',
      `{"query":[1,0],"prefetch":{"query":${id},"lookup_from":[${name}]}}`,
      'refused',
    ),
    post('with_lookup', '/points/query/groups', groups(`[${name}]`), 'refused'),
    post(
      'with_lookup and its payload',
      '/points/query/groups',
      groups(`[${name},true]`),
      'refused',
    ),
    post(
      'with_lookup and its vectors',
      '/points/query/groups',
      groups(`[${name},true,true]`),
      'refused',
    ),
    post(
      'with_lookup of a search',
      '/points/search/groups',
      `{"vector":[1,0],"group_by":"n","group_size":1,"limit":3,"with_lookup":[${name},true]}`,
      'refused',
    ),
    post('a prefetch', '/points/query', `{"query":[1,0],"prefetch":[${prefetch}]}`, 'refused'),
    post(
      'a prefetch with a lookup by name',
      '/points/query',
      `{"query":[1,0],"prefetch":[[null,${id},null,null,null,null,3,{"collection":${name}}]]}`,
      'refused',
    ),
    post(
      'a prefetch in a prefetch',
      '/points/query',
      `{"query":[1,0],"prefetch":[[[${prefetch}],[1,0],null,null,null,null,3]]}`,
      'refused',
    ),
    post(
      'a prefetch in an object',
      '/points/query',
      `{"query":[1,0],"prefetch":{"prefetch":[${prefetch}],"query":[1,0]}}`,
      'refused',
    ),
    post(
      'a prefetch in a batch',
      '/points/query/batch',
      `{"searches":[{"query":[1,0],"prefetch":[${prefetch}]}]}`,
      'refused',
    ),
    post(
      'a whole batch',
      '/points/query/batch',
      `[[{"query":${id},"lookup_from":[${name}]}]]`,
      'refused',
    ),
    post(
      'a whole query',
      '/points/query',
      `[null,${id},null,null,null,null,3,0,null,true,[${name}]]`,
      'refused',
    ),
    post(
      'a query',
      '/points/query',
      `{"query":[[${id}]],"lookup_from":{"collection":${name}}}`,
      'refused',
    ),
    post(
      'a recommendation',
      '/points/query',
      `{"query":[[[${id}],null,null]],"lookup_from":[${name}]}`,
      'refused',
    ),
    post(
      'a whole recommendation',
      '/points/recommend/batch',
      `[[{"positive":[${id}],"limit":1,"lookup_from":[${name}]}]]`,
      'refused',
    ),
    aliases('create_alias', `{"actions":[{"create_alias":[${name},"taken1"]}]}`),
    aliases('an alias action', `{"actions":[[[${name},"taken2"]]]}`),
    aliases(
      'an alias action with an object',
      `{"actions":[[{"collection_name":${name},"alias_name":"taken3"}]]}`,
    ),
    aliases('all of an alias body', `[[[[${name},"taken4"]]]]`),
    aliases(
      'an alias body with objects',
      `[[{"create_alias":{"collection_name":${name},"alias_name":"taken5"}}]]`,
    ),
    aliases('delete_alias', `{"actions":[{"delete_alias":[${quoted(context.physicalAlias)}]}]}`),
    aliases('delete_alias, all of it', `[[[[${quoted(context.physicalAlias)}]]]]`),
    aliases(
      'rename_alias',
      `{"actions":[{"rename_alias":[${quoted(context.physicalAlias)},${quoted(alias)}]}]}`,
    ),
    put('a point', '/points?wait=true', '{"points":[[7001,[1,0],null]]}', 'refused'),
    put('a whole upsert', '/points?wait=true', '[[{"id":7002,"vector":[1,0]}]]', 'refused'),
    put('the columns', '/points?wait=true', '{"batch":[[7003],[[1,0]],null]}', 'refused'),
    put('the vectors of a point', '/points/vectors?wait=true', '{"points":[[1,[1,0]]]}', 'refused'),
    put(
      'a whole update of vectors',
      '/points/vectors?wait=true',
      '[[{"id":1,"vector":[1,0]}]]',
      'refused',
    ),
    post(
      'an operation',
      '/points/batch?wait=true',
      '{"operations":[[{"points":[{"id":7004,"vector":[1,0]}]}]]}',
      'refused',
    ),
    post(
      'all operations',
      '/points/batch?wait=true',
      '[[{"upsert":{"points":[{"id":7005,"vector":[1,0]}]}}]]',
      'refused',
    ),
    post(
      'a whole batch of points',
      '/points/batch?wait=true',
      '[[[{"points":[[7006,[1,0],null]]}]]]',
      'refused',
    ),
    post(
      'an operation that deletes',
      '/points/batch?wait=true',
      '{"operations":[[[[1]]]]}',
      'refused',
    ),
    post('a selector', '/points/delete?wait=true', '[[1]]', 'refused'),
    post('a selector by filter', '/points/delete?wait=true', '[{"must":[]}]', 'refused'),
    post(
      'a payload',
      '/points/payload?wait=true',
      '[{"_tenant_id":"victim"},[1],null,null,null]',
      'refused',
    ),
    post(
      'a deletion of payload',
      '/points/payload/delete?wait=true',
      '[["_tenant_id"],[1],null,null]',
      'refused',
    ),
    post(
      'a condition',
      '/points/scroll',
      '{"filter":{"must":[["_tenant_id",{"value":"victim"},null,null,null,null,null,null,null]]}}',
      'refused',
    ),
    post('a filter', '/points/scroll', '{"filter":[[],null,[],[]]}', 'refused'),
    put('an index', '/index?wait=true', '["_tenant_id","keyword"]', 'refused'),
    make('a collection', 'PUT', `${prefix}/collections/array_made`, 'refused', {
      body: '[[2,"Dot"]]',
    }),
    make('the vectors of a collection', 'PUT', `${prefix}/collections/array_made`, 'own', {
      body: '{"vectors":[2,"Dot"]}',
    }),
  ]
}
