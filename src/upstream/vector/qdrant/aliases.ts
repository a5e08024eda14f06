/**
 * Aliases: further names of collections, for reading. They share the collections' name space on the
 * service, so that each name in an action is rewritten as a collection's is.
 */
import { Problem } from '../../../problem/problem.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import { fault, list, members, type Rule } from '../../rules.ts'
import type { Service, VectorOperation } from '../adapter.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { exchange, succeed } from './exchange.ts'
import { MAX_ALIAS_ACTIONS, MAX_ALIASES_PER_TENANT } from './limits.ts'
import { collectionName } from './names.ts'
import { META_QUERY, operation, reading } from './operation.ts'

/** The actions there are, with the names that each holds. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  create_alias: ['collection_name', 'alias_name'],
  delete_alias: ['alias_name'],
  rename_alias: ['old_alias_name', 'new_alias_name'],
}

const LISTING = { method: 'GET', access: 'read' } as const

export const ALIASES: readonly VectorOperation[] = [
  operation({ name: 'aliases.list', path: '/aliases', ...LISTING }, ({ space, ask }) =>
    reading(async (service) => {
      const { result, time } = await ask(service)
      return succeed({ aliases: ownAliases(space, result) }, time)
    }),
  ),
  operation(
    { name: 'aliases.of_collection', path: '/collections/{collection}/aliases', ...LISTING },
    ({ space, ask }) =>
      reading(async (service) => {
        const { result, time } = await ask(service)
        return succeed({ aliases: ownAliases(space, result) }, time)
      }),
  ),
  operation(
    {
      name: 'aliases.change',
      method: 'POST',
      path: '/collections/aliases',
      access: 'write',
      query: META_QUERY,
      rule: (space) => members({ actions: list(action(space), { max: MAX_ALIAS_ACTIONS }) }),
    },
    ({ space, body, ask }) => {
      const given = body['actions']
      const actions = isJsonArray(given) ? given : []
      const made = actions.filter((each) => memberOf(each, 'create_alias') !== undefined).length
      return {
        units: 1,
        stock: [],
        recount: [],
        run: async (service) => {
          if (made > 0) await leaveRoom(service, space, made)
          const sent = { actions: actions.map((each) => rewriteAction(space, each)) }
          const { result, time } = await ask(service, sent)
          return succeed(result === true, time)
        },
      }
    },
  ),
]

/** Those whose names are both this tenant's, as it calls them. */
function ownAliases(space: TenantSpace, result: Json): readonly JsonObject[] {
  return itemsOf(memberOf(result, 'aliases')).flatMap((each) => {
    const alias = logicalIn(space, each, 'alias_name')
    const collection = logicalIn(space, each, 'collection_name')
    const isOwn = alias !== null && collection !== null
    return isOwn ? [{ alias_name: alias, collection_name: collection }] : []
  })
}

function logicalIn(space: TenantSpace, alias: Json, name: string): string | null {
  const physical = stringIn(alias, name)
  return physical === null ? null : space.logical(physical)
}

/** An object with exactly one known action; Qdrant would read a list of names just as well. */
function action(space: TenantSpace): Rule {
  const name = collectionName(space)
  return (value) => {
    const kinds = isJsonObject(value) ? Object.keys(value) : []
    const names = kinds.length === 1 ? ACTIONS[kinds[0] ?? ''] : undefined
    if (names === undefined) {
      return fault(`must be an object with exactly one of ${Object.keys(ACTIONS).join(', ')}`)
    }
    const named = members(Object.fromEntries(names.map((each) => [each, name])))
    return members(Object.fromEntries(kinds.map((kind) => [kind, named])))(value)
  }
}

function rewriteAction(space: TenantSpace, given: Json): JsonObject {
  return mapValues(given, (named) =>
    mapValues(named, (name) => space.physical(typeof name === 'string' ? name : '')),
  )
}

function mapValues(value: Json, map: (member: Json) => Json): JsonObject {
  if (!isJsonObject(value)) return {}
  const mapped = Object.entries(value).map(([name, member]): [string, Json] => [name, map(member)])
  return Object.fromEntries(mapped)
}

/** Two requests at the same time may pass the bound together; the next is refused. */
async function leaveRoom(service: Service, space: TenantSpace, made: number): Promise<void> {
  const { result } = await exchange(service, { method: 'GET', path: ['aliases'], writes: false })
  const used = ownAliases(space, result).length
  if (used + made <= MAX_ALIASES_PER_TENANT) return
  throw new Problem('QuotaExceeded', `A tenant may have ${MAX_ALIASES_PER_TENANT} aliases.`, {
    limit: 'aliases',
    used,
    max: MAX_ALIASES_PER_TENANT,
    retryable: false,
    remedy: 'Remove aliases that are not used any more.',
  })
}
