/** Writes to the vectors of one namespace. An upsert makes the namespace; nothing else does. */
import { isJsonObject, type Json, type JsonObject, writeJson } from '../../json.ts'
import { itemsOf, memberOf, numberIn, stringIn } from '../../json-read.ts'
import { exactlyOne, fault, flag, list, members, nullable, oneOf, type Rule } from '../../rules.ts'
import type { Service, VectorOperation } from '../adapter.ts'
import { given, strangeReply } from '../members.ts'
import { MAX_IDS, MAX_UPSERT_VECTORS } from './bounds.ts'
import { ask } from './errors.ts'
import { type Namespace, namespaceRule } from './namespace.ts'
import { demand, inNamespace, well, writing } from './operation.ts'
import { filter, id, metadata, sparseValues, values, vector, VECTOR_MEMBERS } from './rules.ts'

const namespace = nullable(namespaceRule)

const upsertBody = members({
  vectors: list(vector, { min: 1, max: MAX_UPSERT_VECTORS }),
  'namespace?': namespace,
})

const upsert: VectorOperation = {
  name: 'vectors.upsert',
  method: 'POST',
  path: '/vectors/upsert',
  access: 'write',
  body: 'json',
  read: inNamespace(upsertBody, (body, target, { bodyBytes }) => {
    const vectors = itemsOf(body['vectors']).map((each) => given(each, VECTOR_MEMBERS))
    const ids = new Set(vectors.map((each) => stringIn(each, 'id') ?? ''))
    const grows = (count: number) => [
      demand(target, { appears: true, vectors: count, bytes: bodyBytes }),
    ]
    return writing(target, {
      stock: grows(ids.size),
      measureAgain: async (service) => grows(await countNew(service, target, [...ids])),
      run: async (service) => {
        const reply = await write(service, ['vectors', 'upsert'], target, { vectors })
        return well(given(reply, ['upsertedCount']))
      },
    })
  }),
}

/** Ids stand in the path of the question, which has to stay one that every server takes. */
const MAX_ASKED_IDS = 100

/** How many of the ids are not there yet; all of them where they are too many to ask for. */
async function countNew(
  service: Service,
  { physical }: Namespace,
  ids: readonly string[],
): Promise<number> {
  if (ids.length > MAX_ASKED_IDS) return ids.length
  const { body } = await ask(service, {
    method: 'GET',
    path: ['vectors', 'fetch'],
    query: { ids, namespace: physical },
    writes: false,
  })
  const found = memberOf(body, 'vectors')
  return isJsonObject(found) ? ids.filter((each) => !Object.hasOwn(found, each)).length : ids.length
}

/** One record by its id, or the metadata of all that a filter matches. */
const updateBody: Rule = (value) => updateOf(value)(value)

const ofOne = members({
  id,
  'values?': nullable(values),
  'sparseValues?': nullable(sparseValues),
  'setMetadata?': nullable(metadata),
  'dryRun?': nullable(oneOf(false)),
  'filter?': onlyNull(),
  'namespace?': namespace,
})

const ofMatching = members({
  filter,
  setMetadata: metadata,
  'dryRun?': nullable(flag),
  'id?': onlyNull(),
  'values?': onlyNull(),
  'sparseValues?': onlyNull(),
  'namespace?': namespace,
})

function updateOf(value: Json): Rule {
  const isByFilter = isJsonObject(value) && (value['filter'] ?? null) !== null
  return exactlyOne(['id', 'filter'], isByFilter ? ofMatching : ofOne)
}

/** A member that some clients write as null where it has no place. */
function onlyNull(): Rule {
  return (value) => (value === null ? null : fault('is not accepted beside the others'))
}

const update: VectorOperation = {
  name: 'vectors.update',
  method: 'POST',
  path: '/vectors/update',
  access: 'write',
  body: 'json',
  read: inNamespace(updateBody, (body, target) => {
    const change = given(body, ['id', 'values', 'sparseValues', 'setMetadata', 'filter', 'dryRun'])
    const bytes = bytesOf(given(change, ['sparseValues', 'setMetadata']))
    const isTrial = change['dryRun'] === true
    const grows = (count: number) =>
      bytes === 0 || isTrial
        ? []
        : [demand(target, { appears: false, vectors: 0, bytes: bytes * count })]
    const run = async (service: Service) =>
      well(given(await write(service, ['vectors', 'update'], target, change), ['matchedRecords']))
    if (change['filter'] === undefined) return writing(target, { stock: grows(1), run })
    // What it adds depends on how many it matches, which only the service knows.
    const measure = async (service: Service) =>
      bytes === 0 || isTrial ? [] : grows(await countMatching(service, target, change))
    return writing(target, { stock: grows(1), measure, run })
  }),
}

async function countMatching(
  service: Service,
  target: Namespace,
  change: JsonObject,
): Promise<number> {
  const trial = { ...change, dryRun: true }
  const matched = numberIn(await write(service, ['vectors', 'update'], target, trial, false), 'matchedRecords') // prettier-ignore
  if (matched === null || !Number.isSafeInteger(matched) || matched < 0) throw strangeReply()
  return matched
}

const deleteMembers = members({
  'ids?': nullable(list(id, { min: 1, max: MAX_IDS })),
  'deleteAll?': nullable(flag),
  'filter?': nullable(filter),
  'namespace?': namespace,
})

/** By ids, by a filter, or all: the service takes one of several and says nothing of the rest. */
const deleteBody: Rule = (value) => {
  const wrong = deleteMembers(value)
  if (wrong !== null || !isJsonObject(value)) return wrong
  const chosen = given(value, ['ids', 'filter'])
  const count = Object.keys(chosen).length + (value['deleteAll'] === true ? 1 : 0)
  return count === 1 ? null : fault('must have exactly one of ids, filter, deleteAll: true')
}

const remove: VectorOperation = {
  name: 'vectors.delete',
  method: 'POST',
  path: '/vectors/delete',
  access: 'write',
  body: 'json',
  read: inNamespace(deleteBody, (body, target) => {
    const chosen = given(body, ['ids', 'deleteAll', 'filter'])
    return writing(target, {
      stock: [],
      run: async (service) => {
        await write(service, ['vectors', 'delete'], target, chosen)
        return well({})
      },
    })
  }),
}

async function write(
  service: Service,
  path: readonly string[],
  { physical }: Namespace,
  body: JsonObject,
  writes = true,
): Promise<Json | undefined> {
  const json = { ...body, namespace: physical }
  return (await ask(service, { method: 'POST', path, body: { json }, writes })).body
}

function bytesOf(stored: JsonObject): number {
  if (Object.keys(stored).length === 0) return 0
  return new TextEncoder().encode(writeJson(stored)).length
}

export const WRITE_OPERATIONS: readonly VectorOperation[] = [upsert, update, remove]
