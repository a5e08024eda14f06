/** What the gateway does at Qdrant by itself: true figures, the tenant's own listing, removal. */
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import type { Housekeeping, Service } from '../adapter.ts'
import { exchange, readEnvelope } from './exchange.ts'
import { countMatches } from './points-write.ts'
import { Problem, statusOf } from '../../../problem/problem.ts'

export const KEEPING: Housekeeping = {
  // A collection needs nothing around it.
  prepare: async () => {},

  async count(service, place, { space }) {
    try {
      return { collections: 1, vectors: await countMatches(service, space.physical(place), null) }
    } catch (error) {
      if (error instanceof Problem && statusOf(error) === 404) return null
      throw error
    }
  },

  async list(service, { space }) {
    const names = await physicalNames(service)
    return names.flatMap((name) => space.logical(name) ?? [])
  },

  async drop(service, place, { space }) {
    const reply = await service.send({
      method: 'DELETE',
      path: ['collections', space.physical(place)],
      writes: true,
    })
    // Its aliases go with it.
    if (reply.status !== 404) readEnvelope(reply)
  },

  async countPhysical(service) {
    return (await physicalNames(service)).length
  },

  remaining: [
    'snapshots and backups of the cluster that were taken before',
    'write-ahead logs and segments that the cluster has not yet cleaned up',
  ],
}

async function physicalNames(service: Service): Promise<readonly string[]> {
  const { result } = await exchange(service, {
    method: 'GET',
    path: ['collections'],
    writes: false,
  })
  return itemsOf(memberOf(result, 'collections')).flatMap((each) => stringIn(each, 'name') ?? [])
}
