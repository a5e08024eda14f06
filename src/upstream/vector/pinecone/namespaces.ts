/**
 * Namespaces as a whole: listed under the tenant's own prefix alone, told by the tenant's names. The
 * one that clients call the default appears with its first record, and can be neither made nor missed.
 */
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { mapOf, members, nullable, oneOf, text } from '../../rules.ts'
import type { VectorOperation, VectorRead } from '../adapter.ts'
import { given, objectsOf, readMembers, strangeReply } from '../members.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { MAX_FIELD_CHARACTERS, MAX_METADATA_MEMBERS, MAX_NAMESPACE_CHARACTERS } from './bounds.ts'
import { ask } from './errors.ts'
import { isDefault, NAMESPACE_QUERY, namespaceRule, readNamespace, shownName } from './namespace.ts'
import { atNamespace, demand, NOT_THERE, reading, well, writing } from './operation.ts'
import { LIMIT_QUERY, limitOf, openToken, sealPage, TOKEN_QUERY } from './page.ts'

/** Beside the name: figures, and the tenant's own names of metadata fields. */
const TOLD = ['record_count', 'schema', 'indexed_fields', 'size_bytes']

const list: VectorOperation = {
  name: 'namespaces.list',
  method: 'GET',
  path: '/namespaces',
  access: 'read',
  query: { prefix: NAMESPACE_QUERY, limit: LIMIT_QUERY, paginationToken: TOKEN_QUERY },
  body: 'none',
  read: async ({ query, space }) => {
    const { prefix = '' } = query
    const physical = space.physical(prefix)
    if (physical.length > MAX_NAMESPACE_CHARACTERS) {
      const detail = 'prefix is longer than any namespace can be.'
      return { ok: false, bad: { status: 400, detail, param: 'prefix' } }
    }
    const purpose = JSON.stringify(['namespaces.list', prefix])
    const token = await openToken(space, purpose, query['paginationToken'])
    if (!token.ok) return NOT_THERE
    return reading(async (service) => {
      const { body } = await ask(service, {
        method: 'GET',
        path: ['namespaces'],
        query: { ...limitOf(query), ...token.query, prefix: physical },
        writes: false,
      })
      if (!isJsonObject(body)) throw strangeReply()
      return {
        namespaces: objectsOf(body['namespaces'] ?? [], ['name', ...TOLD]).flatMap((each) =>
          tellNamespace(space, each),
        ),
        ...(await sealPage(space, purpose, body)),
        ...given(body, ['total_count']),
      }
    })
  },
}

/** Nothing, should the service list what was not asked for. */
function tellNamespace(space: TenantSpace, description: JsonObject): JsonObject[] {
  const { name: physical } = description
  const name = typeof physical === 'string' ? shownName(space, physical) : null
  return name === null ? [] : [{ name, ...given(description, TOLD) }]
}

const createBody = members({
  name: namespaceRule,
  'schema?': nullable(
    members({
      fields: mapOf(members({ filterable: oneOf(true) }), MAX_METADATA_MEMBERS),
    }),
  ),
})

const fieldName = text({ max: MAX_FIELD_CHARACTERS })

const create: VectorOperation = {
  name: 'namespaces.create',
  method: 'POST',
  path: '/namespaces',
  access: 'write',
  body: 'json',
  read: ({ body, bodyBytes, space }): VectorRead => {
    const read = readMembers(createBody, body)
    if (!read.ok) return read
    const named = readNamespace(space, read.members['name'], 'name')
    if (!named.ok) return named
    const { namespace } = named
    if (isDefault(namespace)) return badName('name is of the default namespace, which is there.')
    const schema = read.members['schema']
    if (isJsonObject(schema) && hasLongName(schema['fields'])) {
      return badName(`schema.fields must have names of at most ${MAX_FIELD_CHARACTERS} characters.`)
    }
    const json = { ...given(read.members, ['schema']), name: namespace.physical }
    return writing(namespace, {
      stock: [demand(namespace, { appears: true, vectors: 0, bytes: bodyBytes, expects: 'new' })],
      run: async (service) => {
        const path = ['namespaces']
        const made = await ask(service, { method: 'POST', path, body: { json }, writes: true })
        return well({ name: namespace.name, ...given(made.body, TOLD) })
      },
    })
  },
}

function hasLongName(fields: Json | undefined): boolean {
  return isJsonObject(fields) && Object.keys(fields).some((name) => fieldName(name) !== null)
}

function badName(detail: string): VectorRead {
  return { ok: false, bad: { status: 400, detail, param: detail.split(' ', 1)[0] ?? null } }
}

const describe: VectorOperation = {
  name: 'namespaces.describe',
  method: 'GET',
  path: '/namespaces/{namespace}',
  access: 'read',
  body: 'none',
  read: atNamespace('path', ({ name, physical }) =>
    reading(async (service) => {
      const path = ['namespaces', physical]
      const { body } = await ask(service, { method: 'GET', path, writes: false })
      return { name, ...given(body, TOLD) }
    }),
  ),
}

const remove: VectorOperation = {
  name: 'namespaces.delete',
  method: 'DELETE',
  path: '/namespaces/{namespace}',
  access: 'write',
  body: 'none',
  read: atNamespace('path', (namespace) =>
    writing(namespace, {
      stock: [demand(namespace, { appears: false, vectors: 0, bytes: 0 })],
      run: async (service) => {
        const path = ['namespaces', namespace.physical]
        await ask(service, { method: 'DELETE', path, writes: true })
        return { status: 200, body: {}, stock: 'dropped' }
      },
    }),
  ),
}

export const NAMESPACE_OPERATIONS: readonly VectorOperation[] = [list, create, describe, remove]
