/** Writes to one namespace. An upsert makes it; nothing else does. */
import { isJsonArray, isJsonObject, type Json, writeJson } from '../../json.ts'
import { itemsOf, numberIn } from '../../json-read.ts'
import { exactlyOne, list, members, nullable, oneOf, type Rule } from '../../rules.ts'
import type { VectorOperation } from '../adapter.ts'
import { badBody, given, readMembers } from '../members.ts'
import { notThere } from '../read-request.ts'
import { MAX_IDS, MAX_UPSERT_RECORDS } from './bounds.ts'
import { ask, askToDrop } from './errors.ts'
import { inNamespaces, operations, readAt } from './namespace.ts'
import { well, writing } from './plans.ts'
import {
  data,
  filter,
  hasVector,
  id,
  idPrefix,
  metadata,
  nothing,
  sparseVector,
  vector,
} from './rules.ts'

const DONE = 'Success'

const stored = { 'metadata?': nullable(metadata) }
const ofVectors = hasVector(
  members({
    id,
    'vector?': nullable(vector),
    'sparseVector?': nullable(sparseVector),
    'data?': nullable(data),
    ...stored,
  }),
)
const ofData = members({ id, data, ...stored })
const RECORD = ['id', 'vector', 'sparseVector', 'metadata', 'data']

/** One record or a list of them; of text, the service embeds each by the index's own model. */
function upsert(command: 'upsert' | 'upsert-data', one: Rule): readonly VectorOperation[] {
  const many = list(one, { min: 1, max: MAX_UPSERT_RECORDS })
  const shape = { name: `vectors.${command}`, access: 'write', command } as const
  return inNamespaces({ ...shape, body: 'json' }, (namespace, { body, bodyBytes }) => {
    const wrong = (isJsonArray(body) ? many : one)(body ?? null)
    if (wrong !== null) return badBody(wrong)
    const records = (isJsonArray(body) ? body : [body]).map((each) => given(each, RECORD))
    const ids = new Set(records.map((record) => textOf(record['id'])))
    const grows = { appears: true, vectors: ids.size, bytes: bodyBytes }
    return writing(
      namespace,
      grows,
      async (service) => {
        const sent = isJsonArray(body) ? records : (records[0] ?? {})
        const path = [command, namespace.physical]
        await ask(service, { path, body: sent, writes: true })
        return well(DONE)
      },
      {
        units: command === 'upsert-data' ? records.length : 1,
        // At a full quota: which records are there already, and so add none.
        newVectors: async (service) => {
          const asked = {
            path: ['fetch', namespace.physical],
            body: { ids: [...ids] },
            writes: false,
          }
          const found = itemsOf(await ask(service, asked))
          return ids.size - found.filter((each) => each !== null).length
        },
      },
    )
  })
}

/** 7 and "7" are the same id. */
function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : writeJson(value)
}

const updateBody = members({
  id,
  'vector?': nullable(vector),
  'sparseVector?': nullable(sparseVector),
  'data?': nullable(data),
  'metadataUpdateMode?': nullable(oneOf('OVERWRITE', 'PATCH')),
  ...stored,
})

const update = inNamespaces(
  { name: 'vectors.update', access: 'write', command: 'update', body: 'json' },
  (namespace, { body }) => {
    const read = readMembers(updateBody, body)
    if (!read.ok) return read
    const change = given(read.members, [...RECORD, 'metadataUpdateMode'])
    // A vector takes the place of one of the same size.
    const added = given(change, ['sparseVector', 'data', 'metadata'])
    const bytes = Object.keys(added).length === 0 ? 0 : byteLength(writeJson(added))
    const grows = bytes === 0 ? null : { appears: false, vectors: 0, bytes }
    return writing(namespace, grows, async (service) => {
      const path = ['update', namespace.physical]
      const result = await ask(service, { path, body: change, writes: true })
      return well({ updated: numberIn(result, 'updated') ?? 0 })
    })
  },
)

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

const ids = list(id, { max: MAX_IDS })
const chosen = exactlyOne(
  ['ids', 'prefix', 'filter'],
  members({
    'ids?': nullable(ids),
    'prefix?': nullable(idPrefix),
    'filter?': nullable(filter),
  }),
)

/** An id, a list of them, or an object that says which. */
const deleteBody: Rule = (value) => {
  if (isJsonArray(value)) return ids(value)
  return isJsonObject(value) ? chosen(value) : id(value)
}

const remove = inNamespaces(
  {
    name: 'vectors.delete',
    access: 'write',
    command: 'delete',
    body: 'json',
    methods: ['POST', 'DELETE'],
  },
  (namespace, { body = null }) => {
    const wrong = deleteBody(body)
    if (wrong !== null) return badBody(wrong)
    const asked = isJsonObject(body)
      ? given(body, ['ids', 'prefix', 'filter'])
      : { ids: isJsonArray(body) ? body : [body] }
    return writing(namespace, null, async (service) => {
      const path = ['delete', namespace.physical]
      const result = await ask(service, { path, body: asked, writes: true })
      return well({ deleted: numberIn(result, 'deleted') ?? 0 })
    })
  },
)

const WITHOUT_BODY = { access: 'write', body: 'optional', methods: ['POST', 'DELETE'] } as const

const reset = inNamespaces(
  { name: 'namespaces.reset', command: 'reset', ...WITHOUT_BODY },
  (namespace, { body = null }) => {
    const wrong = nothing(body)
    if (wrong !== null) return badBody(wrong)
    return writing(namespace, null, async (service) => {
      const path = ['reset', namespace.physical]
      await ask(service, { path, body: [], writes: true })
      return well(DONE)
    })
  },
)

const dropNamespace = operations(
  { name: 'namespaces.delete', ...WITHOUT_BODY },
  '/delete-namespace/{namespace}',
  readAt((namespace, { body = null }) => {
    const wrong = nothing(body)
    if (wrong !== null) return badBody(wrong)
    const grows = { appears: false, vectors: 0, bytes: 0 }
    return writing(namespace, grows, async (service) => {
      if (!(await askToDrop(service, namespace.physical))) throw notThere()
      return { ...well(DONE), stock: 'dropped' }
    })
  }),
)

export const WRITE_OPERATIONS: readonly VectorOperation[] = [
  ...upsert('upsert', ofVectors),
  ...upsert('upsert-data', ofData),
  ...update,
  ...remove,
  ...reset,
  ...dropNamespace,
]
