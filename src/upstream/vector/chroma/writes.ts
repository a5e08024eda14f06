/** Writes of records: what they may add is reserved for the tenant's whole database. */
import type { VectorOperation, VectorPlan, VectorRequest } from '../adapter.ts'
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import type { Rule } from '../../rules.ts'
import { pick } from './collection.ts'
import { ask } from './database.ts'
import { changedRecords, idsOf, recordsDeleted, wholeRecords } from './records.ts'
import { databasePath, onCollection, PLACE, readMembers } from './scope.ts'

const COLUMNS = ['ids', 'embeddings', 'documents', 'metadatas', 'uris']

interface Write {
  readonly verb: 'add' | 'upsert' | 'update' | 'delete'
  readonly rule: Rule
  readonly members: readonly string[]
  readonly status: number
  /** Whether records may be there afterwards that were not before. */
  readonly adds: boolean
  /** Whether what is kept of a record may grow. */
  readonly stores: boolean
  readonly tell: (reply: Json | undefined) => JsonObject
}

const nothing = (): JsonObject => ({})

const WRITES: readonly Write[] = [
  {
    verb: 'add',
    rule: wholeRecords,
    members: COLUMNS,
    status: 201,
    adds: true,
    stores: true,
    tell: nothing,
  },
  {
    verb: 'upsert',
    rule: wholeRecords,
    members: COLUMNS,
    status: 200,
    adds: true,
    stores: true,
    tell: nothing,
  },
  {
    verb: 'update',
    rule: changedRecords,
    members: COLUMNS,
    status: 200,
    adds: false,
    stores: true,
    tell: nothing,
  },
  {
    verb: 'delete',
    rule: recordsDeleted,
    members: ['ids', 'where', 'where_document', 'limit'],
    status: 200,
    adds: false,
    stores: false,
    // Newer servers tell how many there were.
    tell: (reply) => (isJsonObject(reply) ? pick(reply, ['deleted']) : {}),
  },
]

export const WRITE_OPERATIONS: readonly VectorOperation[] = WRITES.map((write) =>
  onCollection(
    { name: `records.${write.verb}`, method: 'POST', access: 'write', body: 'json' },
    `/${write.verb}`,
    (request, uuid) => {
      const asked = readMembers(write.rule, request.body)
      if (!asked.ok) return asked
      const json = pick(asked.members, write.members)
      return {
        ok: true,
        plan: {
          units: 1,
          stock: write.stores ? [demandOf(write, request)] : [],
          recount: [PLACE],
          ...(write.adds ? onlyNew(write, request, uuid) : {}),
          run: async (service) => {
            const { body } = await ask(service, request, {
              method: 'POST',
              path: databasePath(request, 'collections', uuid, write.verb),
              body: { json },
              writes: true,
            })
            return { status: write.status, body: write.tell(body), stock: 'kept' }
          },
        },
      }
    },
  ),
)

/** At a full quota: which records are there already, and so add none. */
function onlyNew(
  write: Write,
  request: VectorRequest,
  uuid: string,
): Pick<VectorPlan, 'measureAgain'> {
  return {
    async measureAgain(service) {
      const demand = demandOf(write, request)
      const ids = [...new Set(idsOf(request.body))]
      const { body } = await ask(service, request, {
        method: 'POST',
        path: databasePath(request, 'collections', uuid, 'get'),
        body: { json: { ids, include: [] } },
        writes: false,
      })
      return [{ ...demand, vectors: Math.max(0, demand.vectors - idsOf(body).length) }]
    },
  }
}

function demandOf({ adds }: Write, { body, bodyBytes }: VectorRequest) {
  const vectors = adds ? new Set(idsOf(body)).size : 0
  return {
    place: PLACE,
    expects: 'any',
    collections: 0,
    collectionIfNew: 0,
    vectors,
    bytes: bodyBytes,
    note: null,
  } as const
}
