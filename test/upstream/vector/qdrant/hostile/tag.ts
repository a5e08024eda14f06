// The tag that the gateway writes with each point and asks for in each read: read it, write it, filter
// by another's, or hide it behind another spelling of its name.
import { type HostileClass, quoted, requests } from './request.ts'

const TAG = '_tenant_id'

export const tag: HostileClass = (context) => {
  const { victimTenant, own } = { ...context, own: requests('tag', context).own }
  const { post, put, make } = requests('tag', context)
  const victim = quoted(victimTenant)
  const condition = (key: string): string => `{"key":${quoted(key)},"match":{"value":${victim}}}`
  const scroll = (title: string, filter: string, expect: 'refused' | 'own' = 'refused') =>
    post(title, '/points/scroll', `{"filter":${filter},"with_payload":true}`, expect)
  const spellings: readonly (readonly [string, string])[] = [
    ['the name', TAG],
    ['the name in quotes', `"${TAG}"`],
    ['the name and every item', `${TAG}[]`],
    ['the name and the first item', `${TAG}[0]`],
    ['the quoted name and every item', `"${TAG}"[]`],
    ['the name and a member', `${TAG}.x`],
  ]
  const point = (payload: string): string =>
    `{"points":[{"id":9001,"vector":[1,0],"payload":${payload}}]}`
  return [
    ...spellings.flatMap(([title, key]) => [
      scroll(`filters by ${title}`, `{"must":[${condition(key)}]}`),
      scroll(`filters by ${title}, turned about`, `{"must_not":[${condition(key)}]}`),
    ]),
    scroll('filters in should', `{"should":[${condition(TAG)},{"has_id":[1]}]}`),
    scroll(
      'filters in min_should',
      `{"min_should":{"conditions":[${condition(TAG)}],"min_count":1}}`,
    ),
    scroll(
      'filters in a filter in a filter',
      `{"must":[{"should":[{"must_not":[${condition(TAG)}]}]}]}`,
    ),
    scroll('filters in one condition without an array', `{"must":${condition(TAG)}}`),
    scroll(
      'filters in escapes',
      `{"must":[{"key":"\\u005ftenant\\u005fid","match":{"value":${victim}}}]}`,
    ),
    scroll(
      'filters with the key twice',
      `{"must":[{"key":"n","key":"${TAG}","match":{"value":${victim}}}]}`,
    ),
    scroll(
      'filters by any of several',
      `{"must":[{"key":"${TAG}","match":{"any":[${victim},"mallory"]}}]}`,
    ),
    scroll(
      'filters by all but its own',
      `{"must":[{"key":"${TAG}","match":{"except":["mallory"]}}]}`,
    ),
    scroll('filters by text', `{"must":[{"key":"${TAG}","match":{"text":${victim}}}]}`),
    scroll('filters by emptiness', `{"must":[{"is_empty":{"key":"${TAG}"}}]}`),
    scroll('filters by null', `{"must":[{"is_null":{"key":"${TAG}"}}]}`),
    scroll('filters by a count of values', `{"must":[{"key":"${TAG}","values_count":{"gte":0}}]}`),
    scroll(
      'filters within nested',
      `{"must":[{"nested":{"key":"rows","filter":{"must":[${condition(TAG)}]}}}]}`,
      'own',
    ),
    scroll('filters nested in it', `{"must":[{"nested":{"key":"${TAG}","filter":{"must":[]}}}]}`),
    scroll('filters by another name that begins so', `{"must":[${condition(`${TAG}2`)}]}`, 'own'),
    scroll(
      'filters by its name in other case',
      `{"must":[${condition(TAG.toUpperCase())}]}`,
      'own',
    ),
    scroll('an empty should, which nothing passes', '{"should":[]}', 'own'),
    scroll('a filter with an unknown member', `{"must":[],"or":[${condition(TAG)}]}`),
    scroll('a filter that is an array', `[[${condition(TAG)}],null,[],[]]`),
    scroll('a filter that is null', 'null', 'own'),
    scroll('a condition that is an array', `{"must":[["${TAG}",{"value":${victim}}]]}`),
    post(
      'two filters',
      '/points/scroll',
      `{"filter":{"must":[{"has_id":[1]}]},"filter":{}}`,
      'refused',
    ),
    post(
      'a filter in escapes',
      '/points/scroll',
      `{"f\\u0069lter":{"must":[${condition(TAG)}]}}`,
      'refused',
    ),
    ...(
      [
        ['counts', '/points/count', `{"filter":{"must":[${condition(TAG)}]}}`],
        ['queries', '/points/query', `{"query":[1,0],"filter":{"must":[${condition(TAG)}]}}`],
        [
          'queries in a prefetch',
          '/points/query',
          `{"query":[1,0],"prefetch":{"query":[1,0],"filter":{"must":[${condition(TAG)}]}}}`,
        ],
        [
          'queries in a batch',
          '/points/query/batch',
          `{"searches":[{"query":[1,0],"filter":{"must":[${condition(TAG)}]}}]}`,
        ],
        [
          'queries in groups',
          '/points/query/groups',
          `{"query":[1,0],"group_by":"n","filter":{"must":[${condition(TAG)}]}}`,
        ],
        [
          'searches',
          '/points/search',
          `{"vector":[1,0],"limit":3,"filter":{"must":[${condition(TAG)}]}}`,
        ],
        [
          'recommends',
          '/points/recommend',
          `{"positive":[[1,0]],"limit":3,"filter":{"must":[${condition(TAG)}]}}`,
        ],
        ['measures', '/points/search/matrix/pairs', `{"filter":{"must":[${condition(TAG)}]}}`],
        [
          'counts values, by a filter',
          '/facet',
          `{"key":"n","filter":{"must":[${condition(TAG)}]}}`,
        ],
        ['counts its values', '/facet', `{"key":"${TAG}"}`],
        ['counts its values, quoted', '/facet', `{"key":"\\"${TAG}\\""}`],
        ['orders by it', '/points/scroll', `{"order_by":"${TAG}"}`],
        ['orders by it, in an object', '/points/scroll', `{"order_by":{"key":"${TAG}"}}`],
        ['orders a query by it', '/points/query', `{"query":{"order_by":"${TAG}"}}`],
        ['groups by it', '/points/query/groups', `{"query":[1,0],"group_by":"${TAG}"}`],
        [
          'groups by it, quoted',
          '/points/query/groups',
          `{"query":[1,0],"group_by":"\\"${TAG}\\""}`,
        ],
        [
          'groups a search by it',
          '/points/search/groups',
          `{"vector":[1,0],"group_by":"${TAG}","group_size":1,"limit":1}`,
        ],
        ['asks for it', '/points/scroll', `{"with_payload":["${TAG}"]}`],
        ['asks for it, quoted', '/points/scroll', `{"with_payload":["\\"${TAG}\\""]}`],
        ['asks for it by include', '/points/scroll', `{"with_payload":{"include":["${TAG}"]}}`],
        ['leaves it out', '/points/scroll', `{"with_payload":{"exclude":["${TAG}"]}}`],
        [
          'leaves it out of a query',
          '/points/query',
          `{"query":[1,0],"with_payload":{"exclude":["${TAG}"]}}`,
        ],
        ['asks for it by id', '/points', `{"ids":[1],"with_payload":["${TAG}"]}`],
        [
          'asks for it beside groups',
          '/points/query/groups',
          `{"query":[1,0],"group_by":"n","with_lookup":{"collection":${quoted(context.logical)},"with_payload":["${TAG}"]}}`,
        ],
        [
          'weighs by it',
          '/points/query',
          `{"query":{"formula":{"sum":["$score",{"key":"${TAG}","match":{"value":${victim}}}]}},"prefetch":{"query":[1,0]}}`,
        ],
        ['sets it', '/points/payload?wait=true', `{"payload":{"${TAG}":${victim}},"points":[1]}`],
        [
          'sets it in escapes',
          '/points/payload?wait=true',
          `{"payload":{"\\u005ftenant_id":${victim}},"points":[1]}`,
        ],
        [
          'sets it to null',
          '/points/payload?wait=true',
          `{"payload":{"${TAG}":null},"points":[1]}`,
        ],
        [
          'sets below it',
          '/points/payload?wait=true',
          `{"payload":{"x":1},"points":[1],"key":"${TAG}"}`,
        ],
        [
          'sets below it, quoted',
          '/points/payload?wait=true',
          `{"payload":{"x":1},"points":[1],"key":"\\"${TAG}\\""}`,
        ],
        [
          'sets by a filter on it',
          '/points/payload?wait=true',
          `{"payload":{"x":1},"filter":{"must":[${condition(TAG)}]}}`,
        ],
        ['takes it away', '/points/payload/delete?wait=true', `{"keys":["${TAG}"],"points":[1]}`],
        [
          'takes it away, quoted',
          '/points/payload/delete?wait=true',
          `{"keys":["\\"${TAG}\\""],"points":[1]}`,
        ],
        [
          'takes every item of it away',
          '/points/payload/delete?wait=true',
          `{"keys":["${TAG}[]"],"points":[1]}`,
        ],
        [
          'deletes by a filter on it',
          '/points/delete?wait=true',
          `{"filter":{"must_not":[${condition(TAG)}]}}`,
        ],
        [
          'deletes vectors by a filter on it',
          '/points/vectors/delete?wait=true',
          `{"filter":{"must":[${condition(TAG)}]},"vector":[""]}`,
        ],
        [
          'clears by a filter on it',
          '/points/payload/clear?wait=true',
          `{"filter":{"must":[${condition(TAG)}]}}`,
        ],
        [
          'sets it in a batch',
          '/points/batch?wait=true',
          `{"operations":[{"set_payload":{"payload":{"${TAG}":${victim}},"points":[1]}}]}`,
        ],
        [
          'overwrites it in a batch',
          '/points/batch?wait=true',
          `{"operations":[{"overwrite_payload":{"payload":{"${TAG}":${victim}},"points":[1]}}]}`,
        ],
        [
          'takes it away in a batch',
          '/points/batch?wait=true',
          `{"operations":[{"delete_payload":{"keys":["${TAG}"],"points":[1]}}]}`,
        ],
        [
          'upserts it in a batch',
          '/points/batch?wait=true',
          `{"operations":[{"upsert":${point(`{"${TAG}":${victim}}`)}}]}`,
        ],
      ] as const
    ).map(([title, path, body]) => post(title, path, body, 'refused')),
    put('upserts it', '/points?wait=true', point(`{"${TAG}":${victim}}`), 'refused'),
    put(
      'upserts it in escapes',
      '/points?wait=true',
      point(`{"\\u005ftenant_id":${victim}}`),
      'refused',
    ),
    put(
      'upserts it behind another',
      '/points?wait=true',
      point(`{"${TAG}":"mallory","${TAG}":${victim}}`),
      'refused',
    ),
    put(
      'upserts it in columns',
      '/points?wait=true',
      `{"batch":{"ids":[9002],"vectors":[[1,0]],"payloads":[{"${TAG}":${victim}}]}}`,
      'refused',
    ),
    put(
      'upserts two payloads',
      '/points?wait=true',
      `{"points":[{"id":9003,"vector":[1,0],"payload":{},"payload":{"${TAG}":${victim}}}]}`,
      'refused',
    ),
    put(
      'upserts it deep inside, where it means nothing',
      '/points?wait=true',
      point(`{"deep":{"${TAG}":${victim}}}`),
      'own',
    ),
    put(
      'upserts by a filter on it',
      '/points?wait=true',
      `{"points":[{"id":1,"vector":[1,0]}],"update_filter":{"must":[${condition(TAG)}]}}`,
      'refused',
    ),
    put(
      'overwrites it',
      '/points/payload?wait=true',
      `{"payload":{"${TAG}":${victim}},"points":[1]}`,
      'refused',
    ),
    put(
      'overwrites all, and the tag with it',
      '/points/payload?wait=true',
      '{"payload":{},"points":[1]}',
      'own',
    ),
    put(
      'indexes it',
      '/index?wait=true',
      `{"field_name":"${TAG}","field_schema":"keyword"}`,
      'refused',
    ),
    put(
      'indexes it, quoted',
      '/index?wait=true',
      `{"field_name":"\\"${TAG}\\"","field_schema":"keyword"}`,
      'refused',
    ),
    make('takes its index away', 'DELETE', `${own}/index/${TAG}?wait=true`, 'refused'),
    make(
      'takes its index away, quoted',
      'DELETE',
      `${own}/index/%22${TAG}%22?wait=true`,
      'refused',
    ),
    make(
      'takes its index away, in hex',
      'DELETE',
      `${own}/index/%5ftenant%5fid?wait=true`,
      'refused',
    ),
  ]
}
