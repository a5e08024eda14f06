// Writes that say two things at once, or hide from whoever counts them.
import { type HostileClass, quoted, requests } from './request.ts'

export const batches: HostileClass = (context) => {
  const { physical, prefix } = context
  const { post, put, make } = requests('batch', context)
  const point = (id: number): string => `{"id":${id},"vector":[1,0]}`
  const batch = (operations: string): string => `{"operations":[${operations}]}`
  const both = `"points":[${point(8001)}],"batch":{"ids":[8002,8003],"vectors":[[1,0],[1,0]]}`
  const write = '/points/batch?wait=true'
  return [
    put('points and columns', '/points?wait=true', `{${both}}`, 'refused'),
    put(
      'columns and no points',
      '/points?wait=true',
      '{"points":[],"batch":{"ids":[8004],"vectors":[[1,0]]}}',
      'refused',
    ),
    put(
      'points and no columns',
      '/points?wait=true',
      `{"points":[${point(8005)}],"batch":null}`,
      'refused',
    ),
    put('points twice', '/points?wait=true', `{"points":[],"points":[${point(8006)}]}`, 'refused'),
    put(
      'columns twice',
      '/points?wait=true',
      '{"batch":{"ids":[],"vectors":[]},"batch":{"ids":[8007],"vectors":[[1,0]]}}',
      'refused',
    ),
    put(
      'ids twice in the columns',
      '/points?wait=true',
      '{"batch":{"ids":[],"ids":[8008],"vectors":[[1,0]]}}',
      'refused',
    ),
    put(
      'more vectors than ids',
      '/points?wait=true',
      '{"batch":{"ids":[8009],"vectors":[[1,0],[0,1]]}}',
      'refused',
    ),
    put(
      'more payloads than ids',
      '/points?wait=true',
      '{"batch":{"ids":[8010],"vectors":[[1,0]],"payloads":[{},{}]}}',
      'refused',
    ),
    put(
      'an id twice in a point',
      '/points?wait=true',
      '{"points":[{"id":8011,"id":8012,"vector":[1,0]}]}',
      'refused',
    ),
    put(
      'an id named in escapes',
      '/points?wait=true',
      '{"points":[{"id":8013,"\\u0069d":8014,"vector":[1,0]}]}',
      'refused',
    ),
    put(
      'vector and vectors',
      '/points?wait=true',
      '{"points":[{"id":8015,"vector":[1,0],"vectors":[0,1]}]}',
      'refused',
    ),
    put(
      'the points named in escapes',
      '/points?wait=true',
      `{"p\\u006fints":[${point(8016)}]}`,
      'own',
    ),
    put(
      'an unknown member beside the points',
      '/points?wait=true',
      `{"points":[${point(8017)}],"collection_name":${quoted(physical)}}`,
      'own',
    ),
    put(
      'a collection in a point',
      '/points?wait=true',
      `{"points":[{"id":8018,"vector":[1,0],"collection":${quoted(physical)}}]}`,
      'own',
    ),
    put(
      'a filter on what it updates, and a mode',
      '/points?wait=true',
      `{"points":[${point(8019)}],"update_mode":"update_only","update_filter":{"must":[]}}`,
      'own',
    ),
    put(
      'an unknown mode',
      '/points?wait=true',
      `{"points":[${point(8020)}],"update_mode":"UPSERT"}`,
      'refused',
    ),
    put('nothing', '/points?wait=true', '{}', 'refused'),
    put('null', '/points?wait=true', 'null', 'refused'),
    put('a text', '/points?wait=true', '"points"', 'refused'),
    put(
      'points that are an object',
      '/points?wait=true',
      `{"points":{"0":${point(8021)}}}`,
      'refused',
    ),
    put('points that are null', '/points?wait=true', '{"points":null}', 'refused'),
    put('a point that is null', '/points?wait=true', '{"points":[null]}', 'refused'),
    put(
      'a shard key',
      '/points?wait=true',
      `{"points":[${point(8022)}],"shard_key":${quoted(physical)}}`,
      'own',
    ),
    post(
      'points by POST, with a body of an upsert',
      '/points',
      `{"points":[${point(8023)}]}`,
      'refused',
    ),
    post(
      'two keys in an operation',
      write,
      batch(`{"delete":{"points":[1]},"upsert":{"points":[${point(8101)}]}}`),
      'refused',
    ),
    post(
      'two keys, the upsert in escapes',
      write,
      batch(`{"delete":{"points":[1]},"\\u0075psert":{"points":[${point(8102)}]}}`),
      'refused',
    ),
    post(
      'one key twice',
      write,
      batch(`{"upsert":{"points":[]},"upsert":{"points":[${point(8103)}]}}`),
      'refused',
    ),
    post(
      'all keys',
      write,
      batch(
        `{"upsert":{"points":[${point(8104)}]},"set_payload":{"payload":{},"points":[1]},"clear_payload":{"points":[1]},"delete_vectors":{"points":[1],"vector":[""]}}`,
      ),
      'refused',
    ),
    post('both forms within an operation', write, batch(`{"upsert":{${both}}}`), 'refused'),
    post(
      'operations twice',
      write,
      `{"operations":[],"operations":[{"upsert":{"points":[${point(8105)}]}}]}`,
      'refused',
    ),
    post(
      'operations in an operation',
      write,
      batch(`{"operations":[{"upsert":{"points":[${point(8106)}]}}]}`),
      'refused',
    ),
    post('an array in the operations', write, batch(`[{"points":[${point(8107)}]}]`), 'refused'),
    post('an unknown operation', write, batch('{"drop":{"points":[1]}}'), 'refused'),
    post(
      'an unknown operation beside one',
      write,
      batch(`{"upsert":{"points":[${point(8108)}]},"drop":{}}`),
      'refused',
    ),
    post(
      'an operation in other case',
      write,
      batch(`{"Upsert":{"points":[${point(8109)}]}}`),
      'refused',
    ),
    post('an operation that is null', write, batch('{"upsert":null}'), 'refused'),
    post(
      'an operation on another collection',
      write,
      batch(`{"upsert":{"points":[${point(8110)}],"collection":${quoted(physical)}}}`),
      'own',
    ),
    post(
      'operations with a collection beside',
      write,
      `{"operations":[{"delete":{"points":[1]}}],"collection_name":${quoted(physical)}}`,
      'own',
    ),
    post('no operation', write, batch(''), 'own'),
    post(
      'deletes by ids and by filter',
      '/points/delete?wait=true',
      '{"points":[1],"filter":{"must":[]}}',
      'own',
    ),
    post('deletes by an empty filter', '/points/delete?wait=true', '{"filter":{}}', 'own'),
    post(
      'deletes by a filter that is null',
      '/points/delete?wait=true',
      '{"filter":null}',
      'refused',
    ),
    post(
      'deletes by filter twice',
      '/points/delete?wait=true',
      '{"filter":{"must":[{"has_id":[1]}]},"filter":{}}',
      'refused',
    ),
    post(
      'sets a payload by ids and by filter',
      '/points/payload?wait=true',
      '{"payload":{"x":1},"points":[1],"filter":{}}',
      'own',
    ),
    post('clears by an empty filter', '/points/payload/clear?wait=true', '{"filter":{}}', 'own'),
    make(
      'upserts by an empty POST',
      'POST',
      `${prefix}/collections/${context.logical}/points/batch`,
      'refused',
      { body: '' },
    ),
  ]
}
