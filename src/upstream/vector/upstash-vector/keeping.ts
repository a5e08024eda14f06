/** What the gateway does by itself with a tenant's namespaces. */
import type { Counted, Housekeeping } from '../adapter.ts'
import { strangeReply } from '../members.ts'
import { askToDrop } from './errors.ts'
import { allNamespaces, askInfo, namespacesIn, ownNamespaces, readCounts } from './index-view.ts'
import { DEFAULT_NAME, namespaceOf } from './namespace.ts'

export const keeping: Housekeeping = {
  /** Namespaces appear by themselves. */
  prepare: async () => {},

  /** With what is written and not yet to be found. The service updates both after a while. */
  async count(service, place, { space }): Promise<Counted | null> {
    const namespaces = namespacesIn(await askInfo(service))
    const physical = space.physical(place)
    if (!Object.hasOwn(namespaces, physical)) return null
    const { vectorCount, pendingVectorCount } = readCounts(namespaces[physical])
    return { collections: 1, vectors: vectorCount + pendingVectorCount }
  },

  list: (service, { space }) => ownNamespaces(service, space),

  async drop(service, place, { space }): Promise<void> {
    const namespace = namespaceOf(space, place)
    if (namespace === null) throw strangeReply()
    await askToDrop(service, namespace.physical)
  },

  countsLate: true,

  physicalUnit: 'place',

  /** All but the index's own default one, which nobody uses. */
  countPhysical: async (service) =>
    (await allNamespaces(service)).filter((name) => name !== DEFAULT_NAME).length,

  remaining: [
    'Upstash keeps the backups of an index that its operator has made: they hold the namespaces of an ' +
      'erased tenant until they are deleted.',
  ],
}
