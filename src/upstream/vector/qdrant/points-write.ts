/** Writes to points. What they can add is reserved before; each is done when it is answered. */
import { isJsonArray, isJsonObject, type JsonObject } from '../../json.ts'
import { numberIn } from '../../json-read.ts'
import { fault, list, members, type Rule } from '../../rules.ts'
import { Problem } from '../../../problem/problem.ts'
import type { Service, VectorOperation, VectorPlan } from '../adapter.ts'
import { exchange, objects, pick, succeed } from './exchange.ts'
import { MAX_BATCH_OPERATIONS } from './limits.ts'
import { type Call, demandOf, operation, WRITE_QUERY, writing } from './operation.ts'
import { type Growth, POINT_WRITES, type PointWrite, upsertedIds } from './point-writes.ts'
import { demandTag } from './tag.ts'

const AT = '/collections/{collection}/points'
const WRITE = { access: 'write', query: WRITE_QUERY, mayBePartial: true } as const

const UPDATED = ['operation_id', 'status']

type Kind = keyof typeof POINT_WRITES

export const WRITES: readonly VectorOperation[] = [
  single('upsert', { name: 'points.upsert', method: 'PUT', path: AT }),
  single('delete', { name: 'points.delete', method: 'POST', path: `${AT}/delete` }),
  single('update_vectors', { name: 'vectors.update', method: 'PUT', path: `${AT}/vectors` }),
  single('delete_vectors', {
    name: 'vectors.delete',
    method: 'POST',
    path: `${AT}/vectors/delete`,
  }),
  single('set_payload', { name: 'payload.set', method: 'POST', path: `${AT}/payload` }),
  single('overwrite_payload', { name: 'payload.overwrite', method: 'PUT', path: `${AT}/payload` }),
  single('delete_payload', {
    name: 'payload.delete',
    method: 'POST',
    path: `${AT}/payload/delete`,
  }),
  single('clear_payload', {
    name: 'payload.clear',
    method: 'POST',
    path: `${AT}/payload/clear`,
    sentTo: { method: 'PUT', path: `${AT}/payload` },
  }),
  operation(
    {
      name: 'points.batch',
      method: 'POST',
      path: `${AT}/batch`,
      ...WRITE,
      rule: () => members({ operations: list(oneOperation, { max: MAX_BATCH_OPERATIONS }) }),
    },
    planBatch,
  ),
]

function single(
  kind: Kind,
  shape: Pick<Parameters<typeof operation>[0], 'name' | 'method' | 'path' | 'sentTo'>,
): VectorOperation {
  const write: PointWrite = POINT_WRITES[kind]
  return operation({ ...shape, ...WRITE, rule: () => write.rule }, (call) => {
    const growth = write.growth(call.body)
    const sent = write.rewrite(call.slug, call.body)
    const plan = writing(call, growth, async (service) => {
      const { result, time } = await call.ask(service, sent)
      return succeed(pick(result, UPDATED), time)
    })
    const whole = measured(plan, call, growth, () => demandTag(call.slug, call.body['filter']))
    return kind === 'upsert' && growth.vectors > 0 ? { ...whole, ...onlyNew(call, growth) } : whole
  })
}

/** Exactly one member, of a known name: Qdrant would take the first that fits of several. */
const oneOperation: Rule = (value) => {
  const kinds = isJsonObject(value) ? Object.keys(value) : []
  const [kind] = kinds
  if (kinds.length !== 1 || kind === undefined || !isKind(kind)) {
    return fault(`must be an object with exactly one of ${Object.keys(POINT_WRITES).join(', ')}`)
  }
  return members({ [kind]: POINT_WRITES[kind].rule })(value)
}

function planBatch(call: Call): VectorPlan {
  const given = call.body['operations']
  const writes = (isJsonArray(given) ? given : []).flatMap((each) => readOperation(each))
  const operations = writes.map(({ kind, body }) => {
    const sentAs = kind === 'clear_payload' ? 'overwrite_payload' : kind
    return { [sentAs]: POINT_WRITES[kind].rewrite(call.slug, body) }
  })
  const growth = writes
    .map(({ kind, body }): Growth => POINT_WRITES[kind].growth(body))
    .reduce(add, { vectors: 0, bytes: 0, bytesPerMatch: 0 })
  const plan = writing(call, growth, async (service) => {
    const { result, time } = await call.ask(service, { operations })
    return succeed(objects(result, UPDATED), time)
  })
  // What an operation's filter matches depends on those before it: at most all that there is then.
  return { ...measured(plan, call, growth, () => null), units: Math.max(1, writes.length) }
}

/** The plan, with a count of what the filter matches where each match takes room. */
function measured(
  plan: VectorPlan,
  { space, collection }: Call,
  { vectors, bytes, bytesPerMatch }: Growth,
  filter: () => JsonObject | null,
): VectorPlan {
  if (bytesPerMatch === 0) return plan
  const measure = async (service: Service) => {
    const matched = vectors + (await countMatches(service, space.physical(collection), filter()))
    return [demandOf(collection, { vectors, bytes: bytes + bytesPerMatch * matched })]
  }
  return { ...plan, measure }
}

/** Of an upsert, at a full quota: which of its points are there already, and so add none. */
function onlyNew(
  { space, collection, body }: Call,
  { vectors, bytes }: Growth,
): Pick<VectorPlan, 'measureAgain'> {
  return {
    async measureAgain(service) {
      const { result } = await exchange(service, {
        method: 'POST',
        path: ['collections', space.physical(collection), 'points'],
        body: { json: { ids: upsertedIds(body), with_payload: false, with_vector: false } },
        writes: false,
      })
      const known = isJsonArray(result) ? result.length : 0
      return [demandOf(collection, { vectors: Math.max(0, vectors - known), bytes })]
    },
  }
}

export async function countMatches(
  service: Service,
  physical: string,
  filter: JsonObject | null,
): Promise<number> {
  const { result } = await exchange(service, {
    method: 'POST',
    path: ['collections', physical, 'points', 'count'],
    body: { json: { ...(filter === null ? {} : { filter }), exact: true } },
    writes: false,
  })
  const count = numberIn(result, 'count')
  if (count === null) throw new Problem('UpstreamFailed', 'The service gave no count.')
  return count
}

function readOperation(value: unknown): readonly { kind: Kind; body: JsonObject }[] {
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([kind, body]) =>
    isKind(kind) && isJsonObject(body) ? [{ kind, body }] : [],
  )
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(POINT_WRITES, name)
}

function add(one: Growth, other: Growth): Growth {
  return {
    vectors: one.vectors + other.vectors,
    bytes: one.bytes + other.bytes,
    bytesPerMatch: one.bytesPerMatch + other.bytesPerMatch,
  }
}
