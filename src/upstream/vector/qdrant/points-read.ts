/** Reads of points: by id, page by page, counted, and what values a field has. */
import { isJsonArray, isJsonObject } from '../../json.ts'
import { flag, integer, list, members, nullable } from '../../rules.ts'
import type { VectorOperation } from '../adapter.ts'
import { notThere } from '../read-request.ts'
import { objects, pick, succeed } from './exchange.ts'
import { filter } from './filter.ts'
import { MAX_LIMIT, MAX_POINTS } from './limits.ts'
import { operation, READ_QUERY, reading } from './operation.ts'
import { normalId, normalIds, pointId, pointIdInPath } from './point-id.ts'
import { checked, type RecordCheck } from './records.ts'
import {
  oneWithVector,
  orderBy,
  selectPayload,
  shardKey,
  withPayload,
  withVector,
} from './selection.ts'
import { demandTag, payloadPath } from './tag.ts'

const ids = members({
  ids: list(pointId, { max: MAX_POINTS }),
  'shard_key?': shardKey,
  'with_payload?': withPayload,
  'with_vector?': withVector,
  'with_vectors?': withVector,
})

const scroll = members({
  'shard_key?': shardKey,
  'offset?': nullable(pointId),
  'limit?': nullable(integer(1, MAX_LIMIT)),
  'filter?': nullable(filter),
  'with_payload?': withPayload,
  'with_vector?': withVector,
  'with_vectors?': withVector,
  'order_by?': nullable(orderBy),
})

const count = members({
  'shard_key?': shardKey,
  'filter?': nullable(filter),
  'exact?': flag,
})

const facet = members({
  'shard_key?': shardKey,
  key: payloadPath,
  'limit?': nullable(integer(1, MAX_LIMIT)),
  'filter?': nullable(filter),
  'exact?': nullable(flag),
})

const AT = '/collections/{collection}/points'
const READ = { access: 'read', query: READ_QUERY } as const

export const READS: readonly VectorOperation[] = [
  operation(
    { name: 'points.retrieve', method: 'POST', path: AT, rule: () => oneWithVector(ids), ...READ },
    (call) => {
      const { body } = call
      const payload = selectPayload(body['with_payload'], false)
      const wanted = isJsonArray(body['ids']) ? normalIds(body['ids']) : []
      return reading(async (service) => {
        const sent = { ...body, ids: wanted, with_payload: payload.asked }
        const { result, time } = await call.ask(service, sent)
        const read = (check: RecordCheck) => check.readAll(result, payload.wanted)
        return succeed(await checked(call, service, read), time)
      })
    },
  ),
  operation(
    {
      name: 'points.get',
      method: 'GET',
      path: `${AT}/{id}`,
      ...READ,
      params: { id: pointIdInPath },
    },
    (call) =>
      reading(async (service) => {
        const { result, time } = await call.ask(service)
        const read = (check: RecordCheck) => check.read(result, true)
        const record = await checked(call, service, read)
        if (record === null) throw notThere()
        return succeed(record, time)
      }),
  ),
  operation(
    {
      name: 'points.scroll',
      method: 'POST',
      path: `${AT}/scroll`,
      rule: () => oneWithVector(scroll),
      ...READ,
    },
    (call) => {
      const { body, slug } = call
      const payload = selectPayload(body['with_payload'], true)
      const offset = normalId(body['offset'] ?? null)
      const sent = {
        ...body,
        ...(offset === null ? {} : { offset }),
        filter: demandTag(slug, body['filter']),
        with_payload: payload.asked,
      }
      return reading(async (service) => {
        const { result, time } = await call.ask(service, sent)
        const page = pick(result, ['points', 'next_page_offset'])
        const read = (check: RecordCheck) => check.readAll(page['points'], payload.wanted)
        const points = await checked(call, service, read)
        return succeed({ ...page, points }, time)
      })
    },
  ),
  operation(
    { name: 'points.count', method: 'POST', path: `${AT}/count`, rule: () => count, ...READ },
    (call) => {
      const sent = { ...call.body, filter: demandTag(call.slug, call.body['filter']) }
      return reading(async (service) => {
        const { result, time } = await call.ask(service, sent)
        return succeed(pick(result, ['count']), time)
      })
    },
  ),
  operation(
    {
      name: 'points.facet',
      method: 'POST',
      path: '/collections/{collection}/facet',
      rule: () => facet,
      ...READ,
    },
    (call) => {
      const sent = { ...call.body, filter: demandTag(call.slug, call.body['filter']) }
      return reading(async (service) => {
        const { result, time } = await call.ask(service, sent)
        const hits = isJsonObject(result) ? objects(result['hits'], ['value', 'count']) : []
        return succeed({ hits }, time)
      })
    },
  ),
]
