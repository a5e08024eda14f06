// The Qdrant adapter with what the account would know of each tenant's collections: the least of an
// account that a listing needs, for a gateway that has none.
import type { Place, VectorAdapter, VectorPlan } from '../../../../src/upstream/vector/adapter.ts'
import { qdrant } from '../../../../src/upstream/vector/qdrant/qdrant.ts'
import { type BareGateway, startBareGateway } from '../bare-gateway.ts'
import type { QdrantStandIn } from '../../../support/qdrant/server.ts'

export async function startQdrantGateway(server: QdrantStandIn, mount = ''): Promise<BareGateway> {
  const known = new Map<string, Place[]>()
  const gateway = await startBareGateway(
    counting(known),
    { url: server.url, key: server.apiKey },
    mount,
  )
  gateway.places.get = (tenant) => known.get(tenant)
  return gateway
}

function counting(known: Map<string, Place[]>): VectorAdapter {
  const operations = qdrant.operations.map((operation) => ({
    ...operation,
    read: async (request: Parameters<typeof operation.read>[0]) => {
      const read = await operation.read(request)
      return read.ok ? { ...read, plan: counted(read.plan, known, request.space.tenant) } : read
    },
  }))
  return { ...qdrant, operations }
}

function counted(plan: VectorPlan, known: Map<string, Place[]>, tenant: string): VectorPlan {
  return {
    ...plan,
    run: async (service) => {
      const answer = await plan.run(service)
      const places = known.get(tenant) ?? []
      const named = plan.stock.map(({ place }) => place)
      const others = places.filter(({ name }) => !named.includes(name))
      const made = plan.stock.filter(({ collections }) => collections > 0)
      const kept = made.map(({ place: name, note }) => ({ name, vectors: 0, bytes: 0, note }))
      if (made.length > 0) known.set(tenant, [...others, ...kept])
      if (answer.stock === 'dropped') known.set(tenant, others)
      return answer
    },
  }
}
