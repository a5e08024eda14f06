/** Plans of commands, and answers in the service's envelope. */
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
  units = 1,
): VectorRead {
  const stock =
    grows === null
      ? []
      : [
          {
            place: name,
            expects: 'any' as const,
            collections: 0,
            collectionIfNew: grows.appears ? 1 : 0,
            vectors: grows.vectors,
            bytes: grows.bytes,
            note: null,
          },
        ]
  return { ok: true, plan: { units, stock, recount: [name], run } }
}

export function well(result: Json): VectorAnswer {
  return { status: 200, body: { result }, stock: 'kept' }
}
