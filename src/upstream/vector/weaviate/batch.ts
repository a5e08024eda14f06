/**
 * Objects and references in batches. The server answers 200 for the whole and tells of each member;
 * those that failed for want of the tenant's part of a class are sent once more, and only those.
 */
import { type Json, type JsonObject, writeJson } from '../../json.ts'
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import { list, members, nullable, oneOf, type Rule, text } from '../../rules.ts'
import type { StockDemand } from '../../../account/stock-commands.ts'
import type { Service, VectorAnswer, VectorOperation, VectorRead } from '../adapter.ts'
import { badBody, strangeReply } from '../members.ts'
import type { ServiceRequest } from '../service.ts'
import { beaconRule, readSource } from './beacon.ts'
import { MAX_BATCH_OBJECTS, MAX_BATCH_REFERENCES, MAX_ID_CHARACTERS } from './bounds.ts'
import { type Home, isOwnTenant, UUID } from './classes.ts'
import { ask, prepareTenant } from './exchange.ts'
import { objectRule, readObject, tellObject, type WrittenObject } from './object.ts'
import { countStored } from './stored.ts'
import { demandProperties } from './property-names.ts'
import { CONSISTENCY, demand, NOT_FOUND, writing } from './request.ts'
import { lacksTenant, tellText, textsOf } from './words.ts'

/** What the official clients answer with their batches; the server makes nothing of it for REST. */
const fields = nullable(list(oneOf('ALL', 'class', 'schema', 'id', 'creationTimeUnix'), { max: 5 }))

const objects: VectorOperation = {
  name: 'batch.objects',
  method: 'POST',
  path: '/v1/batch/objects',
  access: 'write',
  query: CONSISTENCY,
  body: 'json',
  read(request) {
    const { body, query, bodyBytes } = request
    const bounds = { min: 1, max: MAX_BATCH_OBJECTS }
    const rule = members({
      objects: list(objectRule(request.settings), bounds),
      'fields?': fields,
    })
    const wrong = rule(body ?? null)
    if (wrong !== null) return badBody(wrong)
    const written: WrittenObject[] = []
    for (const [at, item] of itemsOf(memberOf(body, 'objects')).entries()) {
      const read = readObject(request, item)
      if (!read.ok) return within(at, read)
      written.push(read.object)
    }
    const stock = demandsOf(written, bodyBytes)
    const places = stock.map(({ place }) => place)
    const run = async (service: Service) => {
      await demandProperties(service, request, written)
      const replies = await sendBatch(service, request, {
        path: ['v1', 'batch', 'objects'],
        query,
        members: written.map(({ sent }) => sent),
        wrap: (some) => ({ objects: some }),
      })
      return answer(
        replies.map((reply, at) => {
          const { className = '', sent = {} } = written[at] ?? {}
          const result = resultOf(reply)
          const whole = result.status === 'SUCCESS' ? tellObject(request, className, reply) : sent
          return { ...whole, result }
        }),
      )
    }
    return writing(stock, places, run, {
      measureAgain: (service) => withoutStored(service, request, written, stock),
    })
  },
}

/** The place of a fault is told from the top of the body. */
function within(at: number, read: Extract<VectorRead, { ok: false }>): VectorRead {
  if (read.bad === 'not_found') return read
  const param = `objects[${at}].${read.bad.param ?? ''}`
  return { ok: false, bad: { ...read.bad, param, detail: `objects[${at}]: ${read.bad.detail}` } }
}

/** One for each class: its ids, each once, and one for each object that has none. */
function demandsOf(written: readonly WrittenObject[], bodyBytes: number): readonly StockDemand[] {
  const classes = Map.groupBy(written, ({ className }) => className)
  return [...classes].map(([className, those]) => {
    const ids = new Set(those.flatMap(({ id }) => id ?? []))
    const nameless = those.filter(({ id }) => id === null).length
    const bytes = classes.size === 1 ? bodyBytes : bytesOf(those)
    return demand(className, ids.size + nameless, bytes)
  })
}

/** A batch overwrites the objects whose ids are there already. */
function withoutStored(
  service: Service,
  { space }: Home,
  written: readonly WrittenObject[],
  stock: readonly StockDemand[],
): Promise<readonly StockDemand[]> {
  const demands = stock.map(async (most) => {
    const ids = new Set(
      written.flatMap(({ className, id }) =>
        className === most.place && id !== null && UUID.test(id) ? [id] : [],
      ),
    )
    if (ids.size === 0) return most
    const there = await countStored(service, space.tenant, most.place, [...ids])
    return { ...most, vectors: most.vectors - Math.min(there ?? 0, ids.size) }
  })
  return Promise.all(demands)
}

function bytesOf(written: readonly WrittenObject[]): number {
  const encoder = new TextEncoder()
  return written.reduce((sum, { sent }) => sum + encoder.encode(writeJson(sent)).byteLength, 0)
}

const references: VectorOperation = {
  name: 'batch.references',
  method: 'POST',
  path: '/v1/batch/references',
  access: 'write',
  query: CONSISTENCY,
  body: 'json',
  read(request) {
    const { body, query, settings, space } = request
    const source: Rule = (value) =>
      typeof value === 'string' && readSource(settings, value) !== null
        ? null
        : {
            detail: 'must be weaviate://localhost/Class/uuid/property with a class offered here',
            path: [],
          }
    const one = members({
      from: source,
      to: beaconRule(settings),
      'tenant?': nullable(text({ max: MAX_ID_CHARACTERS })),
    })
    const wrong = list(one, { min: 1, max: MAX_BATCH_REFERENCES })(body ?? null)
    if (wrong !== null) return badBody(wrong)
    const items = itemsOf(body)
    if (!items.every((item) => isOwnTenant(space, memberOf(item, 'tenant')))) return NOT_FOUND
    const given = items.map((item) => {
      const from = stringIn(item, 'from') ?? ''
      const to = stringIn(item, 'to') ?? ''
      return { from, to, source: readSource(settings, from) }
    })
    const sources = Map.groupBy(given, ({ source: at }) => at?.className ?? '')
    const stock = [...sources].map(([className, some]) => demand(className, 0, lengthOf(some)))
    return writing(
      stock,
      stock.map(({ place }) => place),
      async (service) => {
        const properties = given.flatMap(({ source: at }) =>
          at === null ? [] : [{ className: at.className, properties: { [at.property]: null } }],
        )
        await demandProperties(service, request, properties)
        const replies = await sendBatch(service, request, {
          path: ['v1', 'batch', 'references'],
          query,
          members: given.map(({ from, to }) => ({ from, to, tenant: space.tenant })),
          wrap: (some) => some,
        })
        return answer(
          replies.map((reply, at) => {
            const { from = '', to = '' } = given[at] ?? {}
            return { from, to, result: resultOf(reply) }
          }),
        )
      },
    )
  },
}

/** Beacons are ASCII. */
function lengthOf(some: readonly { readonly from: string; readonly to: string }[]): number {
  return some.reduce((sum, { from, to }) => sum + from.length + to.length, 0)
}

interface Batch {
  readonly path: readonly string[]
  readonly query: NonNullable<ServiceRequest['query']>
  readonly members: readonly JsonObject[]
  readonly wrap: (members: readonly JsonObject[]) => Json
}

/** What the server tells of each member, in their order. */
async function sendBatch(service: Service, home: Home, batch: Batch): Promise<Json[]> {
  const replies = await sendMembers(service, home, batch, batch.members)
  const lacking = replies.flatMap((reply, at) => (lacksTenant(errorsOf(reply)) ? [at] : []))
  if (lacking.length === 0) return replies
  await prepareTenant(service, home)
  const again = lacking.map((at) => batch.members[at] ?? {})
  for (const [nth, reply] of (await sendMembers(service, home, batch, again)).entries()) {
    replies[lacking[nth] ?? 0] = reply
  }
  return replies
}

async function sendMembers(
  service: Service,
  home: Home,
  { path, query, wrap }: Batch,
  some: readonly JsonObject[],
): Promise<Json[]> {
  const body = { json: wrap(some) }
  const asked = { method: 'POST', path, query, body, writes: true, mayBePartial: true } as const
  const replies = [...itemsOf((await ask(service, home, asked)).body)]
  if (replies.length !== some.length) throw strangeReply()
  return replies
}

function resultOf(reply: Json) {
  if (stringIn(memberOf(reply, 'result'), 'status') === 'SUCCESS') return { status: 'SUCCESS' }
  const messages = errorsOf(reply).map((text) => ({ message: tellText(text) }))
  return { status: 'FAILED', errors: { error: messages } }
}

function errorsOf(reply: Json): readonly string[] {
  return textsOf(memberOf(memberOf(reply, 'result'), 'errors'))
}

function answer(members: readonly (JsonObject & { result: { status: string } })[]): VectorAnswer {
  const isDone = members.some(({ result }) => result.status === 'SUCCESS')
  return { status: 200, body: members, stock: isDone ? 'kept' : 'released' }
}

export const BATCH_OPERATIONS: readonly VectorOperation[] = [objects, references]
