/**
 * What the gateway does by itself with a tenant's database. The UUIDs in the listing of a database
 * are its own collections': here alone they are used as they are.
 */
import type { Counted, Housekeeping, KeepingContext, Service } from '../adapter.ts'
import { isJsonArray, type Json } from '../../json.ts'
import { stringIn } from '../../json-read.ts'
import { createDatabase } from './database.ts'
import { chromaProblem, strangeReply } from './errors.ts'
import { databasePath, databasesPath, PLACE } from './scope.ts'

const PAGE = 500
/** Workers keep no more connections than this open at once. */
const COUNTED_AT_ONCE = 6

export const keeping: Housekeeping = {
  prepare: createDatabase,

  async count(service, place, context): Promise<Counted | null> {
    if (place !== PLACE || !(await isThere(service, context))) return null
    const path = databasePath(context, 'collections')
    const uuids = (await listAll(service, path)).map((each) => textIn(each, 'id'))
    const counts: (number | null)[] = []
    for (let at = 0; at < uuids.length; at += COUNTED_AT_ONCE) {
      const some = uuids.slice(at, at + COUNTED_AT_ONCE)
      counts.push(...(await Promise.all(some.map((uuid) => countRecords(service, context, uuid)))))
    }
    const there = counts.filter((count) => count !== null)
    return { collections: there.length, vectors: there.reduce((sum, count) => sum + count, 0) }
  },

  list: async (service, context) => ((await isThere(service, context)) ? [PLACE] : []),

  async drop(service, place, context): Promise<void> {
    if (place !== PLACE) return
    await dropCollections(service, context)
    await remove(service, databasePath(context))
  },

  physicalUnit: 'tenant',

  countPhysical: async (service, context) =>
    (await listAll(service, databasesPath(context))).length,

  remaining: [
    'Chroma leaves what was deleted in the free pages of its SQLite file until that is vacuumed: ' +
      'stop the server and run `chroma vacuum --path <its folder>`.',
  ],
}

async function isThere(service: Service, context: KeepingContext): Promise<boolean> {
  const path = databasePath(context)
  const reply = await service.send({ method: 'GET', path, writes: false })
  if (reply.ok) return true
  if (reply.status === 404) return false
  throw chromaProblem(reply)
}

/** null: it has gone since it was listed. */
async function countRecords(
  service: Service,
  context: KeepingContext,
  uuid: string,
): Promise<number | null> {
  const path = databasePath(context, 'collections', uuid, 'count')
  const reply = await service.send({ method: 'GET', path, writes: false })
  if (reply.status === 404) return null
  if (!reply.ok) throw chromaProblem(reply)
  if (typeof reply.body !== 'number') throw strangeReply()
  return reply.body
}

/** A database goes without its collections, which would then be there for whoever has their UUID. */
async function dropCollections(service: Service, context: KeepingContext): Promise<void> {
  const path = databasePath(context, 'collections')
  let before: string | undefined
  for (;;) {
    const names = (await listPage(service, path, 0)).map((each) => textIn(each, 'name'))
    if (names.length === 0) return
    // The service says that they are gone and lists them all the same.
    if (names[0] === before) throw strangeReply()
    before = names[0]
    for (const name of names) await remove(service, [...path, name])
  }
}

async function remove(service: Service, path: readonly string[]): Promise<void> {
  const reply = await service.send({ method: 'DELETE', path, writes: true })
  if (!reply.ok && reply.status !== 404) throw chromaProblem(reply)
}

async function listAll(service: Service, path: readonly string[]): Promise<readonly Json[]> {
  const all: Json[] = []
  for (;;) {
    const page = await listPage(service, path, all.length)
    all.push(...page)
    if (page.length < PAGE) return all
  }
}

async function listPage(
  service: Service,
  path: readonly string[],
  offset: number,
): Promise<readonly Json[]> {
  const query = { limit: `${PAGE}`, offset: `${offset}` }
  const reply = await service.send({ method: 'GET', path, query, writes: false })
  // Some servers list nothing of a database that is not there, others say that it is not.
  if (reply.status === 404) return []
  if (!reply.ok) throw chromaProblem(reply)
  if (!isJsonArray(reply.body)) throw strangeReply()
  return reply.body
}

function textIn(value: Json, member: string): string {
  const text = stringIn(value, member)
  if (text === null) throw strangeReply()
  return text
}
