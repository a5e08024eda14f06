// Aliases: five fields that name a collection, and a name that is as good as one.
import { type HostileClass, quoted, requests } from './request.ts'

export const aliases: HostileClass = (context) => {
  const { prefix, logical, physical, physicalAlias, alias, ownPhysical } = context
  const { make, get } = requests('alias', context)
  const act = (title: string, actions: string, expect: 'refused' | 'own') =>
    make(title, 'POST', `${prefix}/collections/aliases`, expect, {
      body: `{"actions":[${actions}]}`,
    })
  const create = (of: string, name: string): string =>
    `{"create_alias":{"collection_name":${quoted(of)},"alias_name":${quoted(name)}}}`
  const rename = (from: string, to: string): string =>
    `{"rename_alias":{"old_alias_name":${quoted(from)},"new_alias_name":${quoted(to)}}}`
  const remove = (name: string): string => `{"delete_alias":{"alias_name":${quoted(name)}}}`
  const whole = (title: string, body: string) =>
    make(title, 'POST', `${prefix}/collections/aliases`, 'refused', { body })
  return [
    act('an alias of the victim’s collection', create(physical, 'mine'), 'refused'),
    act('an alias of the victim’s alias', create(physicalAlias, 'mine'), 'refused'),
    act('an alias named as the victim’s collection', create(logical, physical), 'own'),
    act('an alias named as the victim’s alias', create(logical, physicalAlias), 'own'),
    act('an alias named as the own collection', create(logical, logical), 'refused'),
    act('an alias named as the own physical one', create(logical, ownPhysical), 'own'),
    act('an alias of the own physical one', create(ownPhysical, 'mine'), 'refused'),
    act('an alias of a way up', create(`../${physical}`, 'mine'), 'refused'),
    act('an alias with a way up', create(logical, `../${physical}`), 'refused'),
    act('an alias without a name', create(logical, ''), 'refused'),
    act('an alias with a NUL', create(logical, `${alias}\u0000`), 'refused'),
    act('an alias of 300 signs', create(logical, 'a'.repeat(300)), 'refused'),
    act('an alias in other case', create(logical, alias.toUpperCase()), 'own'),
    act('the removal of the victim’s alias', remove(physicalAlias), 'own'),
    act('the removal of the victim’s collection as an alias', remove(physical), 'own'),
    act('the renaming of the victim’s alias', rename(physicalAlias, 'mine'), 'refused'),
    act('the renaming onto the victim’s alias', rename(alias, physicalAlias), 'own'),
    act('the renaming onto the victim’s collection', rename(physicalAlias, physical), 'refused'),
    act('the renaming of the victim’s collection', rename(physical, 'mine'), 'refused'),
    act(
      'one own action and one foreign',
      `${create(logical, 'a1')},${create(physical, 'a2')}`,
      'refused',
    ),
    act(
      'one action with two keys',
      `{"create_alias":{"collection_name":${quoted(logical)},"alias_name":"a3"},"delete_alias":{"alias_name":${quoted(physicalAlias)}}}`,
      'refused',
    ),
    act(
      'one field twice, the last the victim’s',
      `{"create_alias":{"collection_name":${quoted(logical)},"collection_name":${quoted(physical)},"alias_name":"a4"}}`,
      'refused',
    ),
    act(
      'one field twice, the first the victim’s',
      `{"create_alias":{"collection_name":${quoted(physical)},"collection_name":${quoted(logical)},"alias_name":"a5"}}`,
      'refused',
    ),
    act(
      'one action twice',
      `{"create_alias":{"collection_name":${quoted(logical)},"alias_name":"a6"},"create_alias":{"collection_name":${quoted(physical)},"alias_name":"a6"}}`,
      'refused',
    ),
    act(
      'a field in escapes',
      `{"create_alias":{"\\u0063ollection_name":${quoted(physical)},"alias_name":"a7"}}`,
      'refused',
    ),
    act(
      'an unknown field',
      `{"create_alias":{"collection_name":${quoted(logical)},"alias_name":"a8","collection":${quoted(physical)}}}`,
      'refused',
    ),
    act(
      'an unknown action',
      `{"swap_alias":{"a":${quoted(alias)},"b":${quoted(physicalAlias)}}}`,
      'refused',
    ),
    act('an action that is null', '{"create_alias":null}', 'refused'),
    act('an action that is a text', quoted(physical), 'refused'),
    act(
      'a name that is a number',
      '{"create_alias":{"collection_name":1,"alias_name":2}}',
      'refused',
    ),
    act(
      'a name that is an array',
      `{"create_alias":{"collection_name":[${quoted(physical)}],"alias_name":"a9"}}`,
      'refused',
    ),
    act(
      'a thousand aliases',
      Array.from({ length: 1_000 }, (_, at) => create(logical, `many${at}`)).join(),
      'own',
    ),
    act('no action', '', 'own'),
    whole('actions twice', `{"actions":[],"actions":[${create(physical, 'b1')}]}`),
    whole('actions in escapes', `{"\\u0061ctions":[${create(physical, 'b2')}]}`),
    whole('actions that are an object', `{"actions":${create(physical, 'b3')}}`),
    whole('no actions', '{}'),
    get('the aliases of the victim', `${prefix}/collections/${physical}/aliases`, 'own'),
    get('all aliases', `${prefix}/aliases`, 'own'),
    get('all aliases, by a parameter', `${prefix}/aliases?collection_name=${physical}`, 'refused'),
    get(
      'the victim’s collection by its alias',
      `${prefix}/collections/${physicalAlias}`,
      'refused',
    ),
    make(
      'points by the victim’s alias',
      'POST',
      `${prefix}/collections/${physicalAlias}/points/scroll`,
      'refused',
      { body: '{}' },
    ),
    make('a collection named as the own alias', 'PUT', `${prefix}/collections/${alias}`, 'own', {
      body: '{"vectors":{"size":2,"distance":"Dot"}}',
    }),
  ]
}
