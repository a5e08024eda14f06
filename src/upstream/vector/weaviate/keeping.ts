/** What the gateway does by itself with a tenant's parts of the declared classes. */
import { isJsonArray } from '../../json.ts'
import type { Counted, Housekeeping } from '../adapter.ts'
import { strangeReply } from '../members.ts'
import { CLASS_NAME } from './classes.ts'
import { hasTenant, prepareTenant } from './exchange.ts'
import { countStored } from './stored.ts'
import { weaviateProblem } from './words.ts'

export const keeping: Housekeeping = {
  prepare: prepareTenant,

  async count(service, place, { space, settings }): Promise<Counted | null> {
    if (!settings.classes.includes(place)) return null
    const vectors = await countStored(service, space.tenant, place, null)
    return vectors === null ? null : { collections: 0, vectors }
  },

  async list(service, { space, settings }): Promise<readonly string[]> {
    const found: string[] = []
    for (const className of settings.classes) {
      if (await hasTenant(service, space.tenant, className)) found.push(className)
    }
    return found
  },

  /** A class that is declared no more is left by its tenants all the same. */
  async drop(service, place, { space }): Promise<void> {
    if (!CLASS_NAME.test(place)) throw strangeReply()
    if (!(await hasTenant(service, space.tenant, place))) return
    const path = ['v1', 'schema', place, 'tenants']
    const body = { json: [space.tenant] }
    const reply = await service.send({ method: 'DELETE', path, body, writes: true })
    if (!reply.ok && reply.status !== 404) throw weaviateProblem(reply)
  },

  /** Each is in every declared class, so that one class tells of all. */
  physicalUnit: 'tenant',

  async countPhysical(service, { settings }): Promise<number> {
    const [first] = settings.classes
    if (first === undefined) return 0
    const path = ['v1', 'schema', first, 'tenants']
    const reply = await service.send({ method: 'GET', path, writes: false })
    if (!reply.ok) throw weaviateProblem(reply)
    if (!isJsonArray(reply.body)) throw strangeReply()
    return reply.body.length
  },

  remaining: [
    'Weaviate keeps the backups that its operator has made: they hold the objects of an erased tenant ' +
      'until they are deleted.',
    'A tenant that was offloaded to cold storage is removed there by Weaviate itself, some time later.',
  ],
}
