// Everything under /collections/{c}/points, and facets.
import { collectionIn } from './collection-routes.ts'
import { badInput } from './errors.ts'
import { type GroupsAsked, matrixPairs, offsetsJson, pairsJson, queryGroups } from './groups.ts'
import { type Json, JsonObject } from './json.ts'
import * as legacy from './legacy-request.ts'
import { hitJson, noPayload, type PayloadChoice, type VectorChoice } from './output.ts'
import { parsePointId } from './point-id.ts'
import { runQuery } from './query.ts'
import { type QueryNode, queryGroupsRequest, queryRequest, searches } from './query-request.ts'
import * as reads from './reads.ts'
import { bodyOf, type Call, consistencyOf, type Route, route, waits } from './route.ts'
import type { Decode } from './serde.ts'
import * as writes from './writes.ts'

const BASE = '/collections/{collection_name}'

function writeRoute(method: string, path: string, decode: Decode<writes.Write>): Route {
  return route(method, `${BASE}${path}`, (call) => {
    const wait = waits(call)
    const write = bodyOf(call, decode)
    return { result: apply(call, write, wait) }
  })
}

function apply(call: Call, write: writes.Write, wait: boolean): Json {
  return call.database.write(collectionIn(call), write, wait || write.models.length > 0)
}

function readRoute<T>(
  path: string,
  decode: Decode<T>,
  answer: (call: Call, asked: T) => Json,
): Route {
  return route('POST', `${BASE}${path}`, (call) => {
    consistencyOf(call)
    const asked = bodyOf(call, decode)
    return { result: answer(call, asked) }
  })
}

interface HitsAsked {
  readonly node: QueryNode
  readonly offset: number | null
  readonly with_payload: PayloadChoice | null
  readonly with_vector: VectorChoice | null
}

function hits(call: Call, asked: HitsAsked): Json[] {
  const collection = collectionIn(call)
  const wanted = { payload: asked.with_payload ?? noPayload, vectors: asked.with_vector ?? false }
  const found = runQuery(collection, asked.node, lookup(call), asked.offset ?? 0)
  return found.map((hit) => hitJson(collection, hit, wanted))
}

const lookup =
  ({ database }: Call) =>
  (name: string) =>
    database.lookUp(name)

const points = (all: Json[]): Json => new JsonObject([['points', all]])

const groups = (call: Call, asked: GroupsAsked): Json =>
  queryGroups(collectionIn(call), asked, lookup(call))

/** A request, its batch and its groups, where there are such. */
function family<T extends HitsAsked>(
  name: string,
  one: Decode<T>,
  shape: (all: Json[]) => Json,
  grouped?: Decode<GroupsAsked>,
): Route[] {
  return [
    readRoute(`/points/${name}`, one, (call, asked) => shape(hits(call, asked))),
    readRoute(`/points/${name}/batch`, searches(one), (call, all) => {
      collectionIn(call)
      return all.map((asked) => shape(hits(call, asked)))
    }),
    ...(grouped === undefined ? [] : [readRoute(`/points/${name}/groups`, grouped, groups)]),
  ]
}

export const pointRoutes: readonly Route[] = [
  writeRoute('PUT', '/points', writes.upsert),
  writeRoute('POST', '/points/delete', writes.deletePoints),
  writeRoute('PUT', '/points/vectors', writes.updateVectors),
  writeRoute('POST', '/points/vectors/delete', writes.deleteVectors),
  writeRoute('POST', '/points/payload', writes.setPayload),
  writeRoute('PUT', '/points/payload', writes.overwritePayload),
  writeRoute('POST', '/points/payload/delete', writes.deletePayload),
  writeRoute('POST', '/points/payload/clear', writes.clearPayload),
  route('POST', `${BASE}/points/batch`, (call) => {
    const wait = waits(call)
    const all = bodyOf(call, writes.operations)
    collectionIn(call)
    return { result: all.map((write) => apply(call, write, wait)) }
  }),
  ...family('search', legacy.searchRequest, (all) => all, legacy.searchGroupsRequest),
  ...family('recommend', legacy.recommendRequest, (all) => all, legacy.recommendGroupsRequest),
  ...family('discover', legacy.discoverRequest, (all) => all),
  ...family('query', queryRequest, points, queryGroupsRequest),
  readRoute('/points/search/matrix/pairs', legacy.matrixRequest, (call, asked) =>
    pairsJson(matrixPairs(collectionIn(call), asked)),
  ),
  readRoute('/points/search/matrix/offsets', legacy.matrixRequest, (call, asked) =>
    offsetsJson(matrixPairs(collectionIn(call), asked)),
  ),
  readRoute('/points/scroll', reads.scrollRequest, (call, asked) =>
    reads.scroll(collectionIn(call), asked),
  ),
  readRoute('/points/count', reads.countRequest, (call, asked) =>
    reads.countPoints(collectionIn(call), asked),
  ),
  readRoute('/facet', reads.facetRequest, (call, asked) => reads.facet(collectionIn(call), asked)),
  route('GET', `${BASE}/points/{id}`, (call) => {
    consistencyOf(call)
    const collection = collectionIn(call)
    const text = call.params.get('id') ?? ''
    const id = parsePointId(text)
    if (id === null) throw badInput(`Can not recognize "${text}" as point id`)
    return { result: reads.onePoint(collection, id) }
  }),
  readRoute('/points', reads.pointRequest, (call, asked) =>
    reads.retrieve(collectionIn(call), asked),
  ),
]
