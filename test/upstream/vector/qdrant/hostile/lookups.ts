// Names inside bodies: `lookup_from`, `with_lookup`, at any depth, in every batch.
import { type HostileClass, quoted, requests } from './request.ts'

export const lookups: HostileClass = (context) => {
  const { logical, physical, physicalAlias, victimPointId: id, alias } = context
  const { post } = requests('lookup', context)
  const at = (name: string): string => `{"collection":${quoted(name)}}`
  const theirs = at(physical)
  const wrapped = (depth: number, inner: string): string =>
    depth === 0 ? inner : `{"prefetch":[${wrapped(depth - 1, inner)}],"query":[1,0]}`
  const looked = `{"query":${id},"lookup_from":${theirs}}`
  const groups = (more: string): string => `{"query":[1,0],"group_by":"n",${more}}`
  const escaped = Array.from(physical)
    .map((sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
    .join('')
  return [
    post('looks up a vector of the victim', '/points/query', looked, 'refused'),
    post(
      'by the alias of the victim',
      '/points/query',
      `{"query":${id},"lookup_from":${at(physicalAlias)}}`,
      'refused',
    ),
    post(
      'by the name that both have',
      '/points/query',
      `{"query":${id},"lookup_from":${at(logical)}}`,
      'own',
    ),
    post(
      'by the alias that both have',
      '/points/query',
      `{"query":${id},"lookup_from":${at(alias)}}`,
      'own',
    ),
    post(
      'by a name in escapes',
      '/points/query',
      `{"query":${id},"lookup_from":{"collection":"${escaped}"}}`,
      'refused',
    ),
    post(
      'by a member’s name in escapes',
      '/points/query',
      `{"query":${id},"lookup\\u005ffrom":${theirs}}`,
      'refused',
    ),
    post(
      'by an inner member’s name in escapes',
      '/points/query',
      `{"query":${id},"lookup_from":{"\\u0063ollection":${quoted(physical)}}}`,
      'refused',
    ),
    post(
      'by a name as text',
      '/points/query',
      `{"query":${id},"lookup_from":${quoted(physical)}}`,
      'refused',
    ),
    post(
      'by a name in an array',
      '/points/query',
      `{"query":${id},"lookup_from":{"collection":[${quoted(physical)}]}}`,
      'refused',
    ),
    post(
      'by a name with a way up',
      '/points/query',
      `{"query":${id},"lookup_from":${at(`../${physical}`)}}`,
      'refused',
    ),
    post(
      'by a name with a NUL',
      '/points/query',
      `{"query":${id},"lookup_from":{"collection":"${logical}\\u0000"}}`,
      'refused',
    ),
    post('by no name', '/points/query', `{"query":${id},"lookup_from":${at('')}}`, 'refused'),
    post(
      'by two names, the last the victim’s',
      '/points/query',
      `{"query":${id},"lookup_from":{"collection":${quoted(logical)},"collection":${quoted(physical)}}}`,
      'refused',
    ),
    post(
      'by two names, the first the victim’s',
      '/points/query',
      `{"query":${id},"lookup_from":{"collection":${quoted(physical)},"collection":${quoted(logical)}}}`,
      'refused',
    ),
    post(
      'by two places, the last the victim’s',
      '/points/query',
      `{"query":${id},"lookup_from":${at(logical)},"lookup_from":${theirs}}`,
      'refused',
    ),
    post(
      'by a name beside the place',
      '/points/query',
      `{"query":${id},"lookup_from":null,"collection":${quoted(physical)}}`,
      'refused',
    ),
    post(
      'by an unknown member',
      '/points/query',
      `{"query":${id},"lookup_from_collection":${quoted(physical)}}`,
      'refused',
    ),
    post(
      'with an unknown member inside',
      '/points/query',
      `{"query":${id},"lookup_from":{"collection":${quoted(logical)},"alias":${quoted(physical)}}}`,
      'refused',
    ),
    post(
      'with a shard key inside',
      '/points/query',
      `{"query":${id},"lookup_from":{"collection":${quoted(physical)},"shard_key":"a"}}`,
      'refused',
    ),
    ...[1, 2, 3, 5, 8].map((depth) =>
      post(`in a prefetch, ${depth} deep`, '/points/query', wrapped(depth, looked), 'refused'),
    ),
    post(
      'in a prefetch that is no array',
      '/points/query',
      `{"query":[1,0],"prefetch":${looked}}`,
      'refused',
    ),
    post(
      'in the second prefetch',
      '/points/query',
      `{"query":{"fusion":"rrf"},"prefetch":[{"query":[1,0]},${looked}]}`,
      'refused',
    ),
    post(
      'in a prefetch of a group query',
      '/points/query/groups',
      `{"query":[1,0],"group_by":"n","prefetch":${looked}}`,
      'refused',
    ),
    post('in a batch', '/points/query/batch', `{"searches":[${looked}]}`, 'refused'),
    post(
      'in the last of a batch',
      '/points/query/batch',
      `{"searches":[{"query":[1,0]},${looked}]}`,
      'refused',
    ),
    post(
      'in a prefetch of a batch',
      '/points/query/batch',
      `{"searches":[${wrapped(2, looked)}]}`,
      'refused',
    ),
    post('in a batch that is no object', '/points/query/batch', `[${looked}]`, 'refused'),
    post(
      'in two batches',
      '/points/query/batch',
      `{"searches":[],"searches":[${looked}]}`,
      'refused',
    ),
    post(
      'to recommend',
      '/points/recommend',
      `{"positive":[${id}],"limit":3,"lookup_from":${theirs}}`,
      'refused',
    ),
    post(
      'to recommend in a batch',
      '/points/recommend/batch',
      `{"searches":[{"positive":[${id}],"limit":3,"lookup_from":${theirs}}]}`,
      'refused',
    ),
    post(
      'to recommend in groups',
      '/points/recommend/groups',
      `{"positive":[${id}],"group_by":"n","group_size":1,"limit":3,"lookup_from":${theirs}}`,
      'refused',
    ),
    post(
      'to discover',
      '/points/discover',
      `{"target":${id},"limit":3,"lookup_from":${theirs}}`,
      'refused',
    ),
    post(
      'to discover in a batch',
      '/points/discover/batch',
      `{"searches":[{"target":${id},"limit":3,"lookup_from":${theirs}}]}`,
      'refused',
    ),
    post(
      'to recommend by the universal query',
      '/points/query',
      `{"query":{"recommend":{"positive":[${id}]}},"lookup_from":${theirs}}`,
      'refused',
    ),
    post(
      'to discover by the universal query',
      '/points/query',
      `{"query":{"discover":{"target":${id},"context":[]}},"lookup_from":${theirs}}`,
      'refused',
    ),
    post(
      'records of the victim beside groups',
      '/points/query/groups',
      groups(`"with_lookup":${theirs}`),
      'refused',
    ),
    post(
      'records beside groups, by a text',
      '/points/query/groups',
      groups(`"with_lookup":${quoted(physical)}`),
      'refused',
    ),
    post(
      'records beside groups, with vectors',
      '/points/query/groups',
      groups(
        `"with_lookup":{"collection":${quoted(physical)},"with_payload":true,"with_vectors":true}`,
      ),
      'refused',
    ),
    post(
      'records beside groups, by the victim’s alias',
      '/points/query/groups',
      groups(`"with_lookup":${quoted(physicalAlias)}`),
      'refused',
    ),
    post(
      'records beside groups, twice',
      '/points/query/groups',
      groups(`"with_lookup":${quoted(logical)},"with_lookup":${quoted(physical)}`),
      'refused',
    ),
    post(
      'records beside groups, in escapes',
      '/points/query/groups',
      groups(`"with\\u005flookup":${quoted(physical)}`),
      'refused',
    ),
    post(
      'records beside groups, of the own',
      '/points/query/groups',
      groups(`"with_lookup":${quoted(logical)}`),
      'own',
    ),
    post(
      'records beside groups of a search',
      '/points/search/groups',
      `{"vector":[1,0],"group_by":"n","group_size":1,"limit":3,"with_lookup":${quoted(physical)}}`,
      'refused',
    ),
    post(
      'records beside groups of a recommendation',
      '/points/recommend/groups',
      `{"positive":[[1,0]],"group_by":"n","group_size":1,"limit":3,"with_lookup":${quoted(physical)}}`,
      'refused',
    ),
    post(
      'records and a vector at once',
      '/points/query/groups',
      `{"query":${id},"lookup_from":${theirs},"group_by":"n","with_lookup":${quoted(physical)}}`,
      'refused',
    ),
  ]
}
