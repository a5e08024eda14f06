/** Plans of commands, and answers in the service's envelope. */
import type { StockDemand } from '../../../account/stock-commands.ts'
import type { Json } from '../../json.ts'
import type { Service, VectorAnswer, VectorPlan, VectorRead } from '../adapter.ts'
import type { Namespace } from './namespace.ts'

/** A plan that adds nothing. */
export function reading(run: (service: Service) => Promise<Json>, units = 1): VectorRead {
  const answer = async (service: Service) => well(await run(service))
  return { ok: true, plan: { units, stock: [], recount: [], run: answer } }
}

interface Growth {
  /** It makes the namespace, where there is none. */
  readonly appears: boolean
  readonly vectors: number
  readonly bytes: number
}

/** A plan that may change what a namespace holds; `grows`: what it adds at most. */
export function writing(
  { name }: Namespace,
  grows: Growth | null,
  run: VectorPlan['run'],
  { units = 1, newVectors }: Asked = {},
): VectorRead {
  const plan = { units, stock: grows === null ? [] : [demand(name, grows)], recount: [name], run }
  if (grows === null || newVectors === undefined) return { ok: true, plan }
  const measureAgain = async (service: Service) => [
    demand(name, { ...grows, vectors: await newVectors(service) }),
  ]
  return { ok: true, plan: { ...plan, measureAgain } }
}

interface Asked {
  readonly units?: number
  /** How many vectors are really added, asked of the service. */
  readonly newVectors?: (service: Service) => Promise<number>
}

function demand(place: string, { appears, vectors, bytes }: Growth): StockDemand {
  return {
    place,
    expects: 'any',
    collections: 0,
    collectionIfNew: appears ? 1 : 0,
    vectors,
    bytes,
    note: null,
  }
}

export function well(result: Json): VectorAnswer {
  return { status: 200, body: { result }, stock: 'kept' }
}
