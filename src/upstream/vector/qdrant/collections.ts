/** Collections themselves: listed from the account, made, changed, described and removed. */
import type { Json } from '../../json.ts'
import type { Service, VectorOperation } from '../adapter.ts'
import { rebuildInfo } from './collection-info.ts'
import { createRule, denseBytesPerPoint, updateRule } from './collection-rules.ts'
import { exchange, pick, succeed } from './exchange.ts'
import { type Call, META_QUERY, operation, reading, writing } from './operation.ts'
import { TAG } from './tag.ts'

const AT = '/collections/{collection}'

const READ = { method: 'GET', access: 'read' } as const
const WRITE = { access: 'write', query: META_QUERY } as const

const NOTHING = { vectors: 0, bytes: 0 }

export const COLLECTIONS: readonly VectorOperation[] = [
  operation({ name: 'collections.list', path: '/collections', ...READ }, () =>
    reading(async (service) => {
      const places = await service.places()
      return succeed({ collections: places.map(({ name }) => ({ name })) })
    }),
  ),
  operation({ name: 'collections.get', path: AT, ...READ }, (call) => answering(call, rebuildInfo)),
  operation({ name: 'collections.exists', path: `${AT}/exists`, ...READ }, (call) =>
    answering(call, (result) => pick(result, ['exists'])),
  ),
  operation(
    { name: 'collections.create', method: 'PUT', path: AT, ...WRITE, rule: () => createRule },
    (call) => {
      const { body, collection: place } = call
      const note = JSON.stringify({ dense_bytes_per_point: denseBytesPerPoint(body) })
      return {
        units: 1,
        stock: [
          { place, expects: 'new', collections: 1, collectionIfNew: 0, vectors: 0, bytes: 0, note },
        ],
        recount: [place],
        run: async (service) => {
          const { result, time } = await call.ask(service, body)
          await indexTag(call, service)
          return succeed(result === true, time)
        },
      }
    },
  ),
  operation(
    { name: 'collections.update', method: 'PATCH', path: AT, ...WRITE, rule: () => updateRule },
    (call) =>
      writing(call, NOTHING, async (service) => {
        const { result, time } = await call.ask(service, call.body)
        return succeed(result === true, time)
      }),
  ),
  operation({ name: 'collections.delete', method: 'DELETE', path: AT, ...WRITE }, (call) => ({
    ...writing(call, NOTHING, async (service) => {
      const { result, time } = await call.ask(service)
      return succeed(result === true, time, 'dropped')
    }),
    // As on the server itself, what is not there can be removed.
    stock: [
      {
        place: call.collection,
        expects: 'any',
        collections: 0,
        collectionIfNew: 0,
        ...NOTHING,
        note: null,
      },
    ],
  })),
]

function answering(call: Call, rebuild: (result: Json) => Json) {
  return reading(async (service) => {
    const { result, time } = await call.ask(service)
    return succeed(rebuild(result), time)
  })
}

/** So that demanding the tag in every filter costs no scan. Without it all is the same, but slower. */
async function indexTag({ space, collection }: Call, service: Service): Promise<void> {
  try {
    await exchange(service, {
      method: 'PUT',
      path: ['collections', space.physical(collection), 'index'],
      query: { wait: 'true' },
      body: { json: { field_name: TAG, field_schema: 'keyword' } },
      writes: true,
    })
  } catch {
    // The collection is there, which is what was asked for.
  }
}
