// Probes for existence: what is the victim's must be answered as what is nobody's, byte for byte.
import { type HostileClass, type HostileRequest, quoted, requests } from './request.ts'

export const probes: HostileClass = (context) => {
  const { prefix: p, logical, physical, physicalAlias, victimPointId } = context
  const { make } = requests('probe', context)
  // As long as the victim's, so that a length cannot tell.
  const nobodys = physical.replace(/.$/, (last) => (last === 'z' ? 'y' : 'z'))
  const pair = (
    title: string,
    method: string,
    path: (name: string) => string,
    expect: HostileRequest['expect'],
    body?: (name: string) => string,
  ): HostileRequest[] =>
    (
      [
        ['the victim’s', physical],
        ['nobody’s', nobodys],
        ['the alias of the victim', physicalAlias],
      ] as const
    ).map(([whose, name]) =>
      make(`${title}: ${whose}`, method, `${p}${path(name)}`, expect, {
        probe: { of: title, name },
        ...(body === undefined ? {} : { body: body(name) }),
      }),
    )
  const own = `/collections/${logical}`
  return [
    ...pair('describes', 'GET', (name) => `/collections/${name}`, 'refused'),
    ...pair('asks whether it exists', 'GET', (name) => `/collections/${name}/exists`, 'own'),
    ...pair('lists its aliases', 'GET', (name) => `/collections/${name}/aliases`, 'own'),
    ...pair(
      'gets one point',
      'GET',
      (name) => `/collections/${name}/points/${victimPointId.replaceAll('"', '')}`,
      'refused',
    ),
    ...pair(
      'counts',
      'POST',
      (name) => `/collections/${name}/points/count`,
      'refused',
      () => '{}',
    ),
    ...pair(
      'scrolls',
      'POST',
      (name) => `/collections/${name}/points/scroll`,
      'refused',
      () => '{}',
    ),
    ...pair(
      'queries with a vector of a wrong size',
      'POST',
      (name) => `/collections/${name}/points/query`,
      'refused',
      () => '{"query":[1]}',
    ),
    ...pair(
      'upserts',
      'PUT',
      (name) => `/collections/${name}/points?wait=true`,
      'refused',
      () => '{"points":[{"id":1,"vector":[1,0]}]}',
    ),
    ...pair(
      'upserts a vector of a wrong size',
      'PUT',
      (name) => `/collections/${name}/points?wait=true`,
      'refused',
      () => '{"points":[{"id":1,"vector":[1]}]}',
    ),
    ...pair(
      'deletes points',
      'POST',
      (name) => `/collections/${name}/points/delete?wait=true`,
      'refused',
      () => '{"points":[1]}',
    ),
    ...pair(
      'sends no body',
      'POST',
      (name) => `/collections/${name}/points/scroll`,
      'refused',
      () => '',
    ),
    ...pair(
      'changes its parameters',
      'PATCH',
      (name) => `/collections/${name}`,
      'refused',
      () => '{"hnsw_config":{"m":4}}',
    ),
    ...pair(
      'indexes',
      'PUT',
      (name) => `/collections/${name}/index?wait=true`,
      'refused',
      () => '{"field_name":"n","field_schema":"integer"}',
    ),
    ...pair('drops', 'DELETE', (name) => `/collections/${name}`, 'own'),
    ...pair(
      'looks up',
      'POST',
      () => `${own}/points/query`,
      'refused',
      (name) => `{"query":${victimPointId},"lookup_from":{"collection":${quoted(name)}}}`,
    ),
    ...pair(
      'looks up a vector by a name',
      'POST',
      () => `${own}/points/query`,
      'refused',
      (name) =>
        `{"query":${victimPointId},"lookup_from":{"collection":${quoted(name)},"vector":"none"}}`,
    ),
    ...pair(
      'looks up beside groups',
      'POST',
      () => `${own}/points/query/groups`,
      'refused',
      (name) => `{"query":[1,0],"group_by":"n","with_lookup":${quoted(name)}}`,
    ),
    ...pair(
      'aliases',
      'POST',
      () => '/collections/aliases',
      'refused',
      (name) =>
        `{"actions":[{"create_alias":{"collection_name":${quoted(name)},"alias_name":"p1"}}]}`,
    ),
    ...pair(
      'renames an alias',
      'POST',
      () => '/collections/aliases',
      'refused',
      (name) =>
        `{"actions":[{"rename_alias":{"old_alias_name":${quoted(name)},"new_alias_name":"p2"}}]}`,
    ),
    ...pair('asks for its cluster', 'GET', (name) => `/collections/${name}/cluster`, 'refused'),
    ...pair('asks for its snapshots', 'GET', (name) => `/collections/${name}/snapshots`, 'refused'),
  ]
}
