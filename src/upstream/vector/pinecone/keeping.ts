/**
 * What the gateway does by itself with a tenant's namespaces. The service counts late: what was written
 * a moment ago may be missing in a figure, which is then right as of a moment ago.
 */
import { isJsonObject, type Json } from '../../json.ts'
import { memberOf, stringIn } from '../../json-read.ts'
import type { Counted, Housekeeping, KeepingContext, Service } from '../adapter.ts'
import { countOf, objectsOf, strangeReply } from '../members.ts'
import { MAX_PAGE } from './bounds.ts'
import { ask, askFor } from './errors.ts'
import { readNamespace, shownName } from './namespace.ts'

/** More pages than an index has namespaces for: a service that goes on like this is not understood. */
const MAX_PAGES = 2_000

export const keeping: Housekeeping = {
  /** Namespaces appear by themselves. */
  prepare: async () => {},

  async count(service, place, context): Promise<Counted | null> {
    const path = pathOf(place, context)
    const reply = await askFor(service, { method: 'GET', path, writes: false })
    if (reply === null) return null
    if (!isJsonObject(reply.body)) throw strangeReply()
    // protobuf's JSON leaves a zero out.
    return { collections: 1, vectors: countOf(reply.body['record_count'] ?? 0) }
  },

  async list(service, { space }): Promise<readonly string[]> {
    const physical = await listAll(service, space.physicalPrefix)
    return physical.flatMap((name) => shownName(space, name) ?? [])
  },

  async drop(service, place, context): Promise<void> {
    await askFor(service, { method: 'DELETE', path: pathOf(place, context), writes: true })
  },

  countsLate: true,

  physicalUnit: 'place',

  /** The index is the gateway's own: each of its namespaces is some tenant's. */
  async countPhysical(service): Promise<number> {
    const query = { limit: '1' }
    const { body } = await ask(service, {
      method: 'GET',
      path: ['namespaces'],
      query,
      writes: false,
    })
    const total = isJsonObject(body) ? body['total_count'] : undefined
    return total === undefined ? (await listAll(service, '')).length : countOf(total)
  },

  remaining: [
    'Pinecone keeps the backups of an index that its operator has made: they hold the namespaces of ' +
      'an erased tenant until they are deleted.',
  ],
}

function pathOf(place: string, { space }: KeepingContext): readonly string[] {
  const named = readNamespace(space, place)
  if (!named.ok) throw strangeReply()
  return ['namespaces', named.namespace.physical]
}

async function listAll(service: Service, prefix: string): Promise<readonly string[]> {
  const names: string[] = []
  let paginationToken = ''
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { body } = await ask(service, {
      method: 'GET',
      path: ['namespaces'],
      query: {
        limit: `${MAX_PAGE}`,
        ...(prefix === '' ? {} : { prefix }),
        ...(paginationToken === '' ? {} : { paginationToken }),
      },
      writes: false,
    })
    names.push(...namesIn(body))
    paginationToken = stringIn(memberOf(body, 'pagination'), 'next') ?? ''
    if (paginationToken === '') return names
  }
  throw strangeReply()
}

function namesIn(body: Json | undefined): readonly string[] {
  if (!isJsonObject(body)) throw strangeReply()
  return objectsOf(body['namespaces'] ?? [], ['name']).map(({ name }) => {
    if (typeof name !== 'string') throw strangeReply()
    return name
  })
}
