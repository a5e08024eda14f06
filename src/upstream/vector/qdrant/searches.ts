/** Searches in all the forms there are, one by one, in batches and in groups; and distance matrices. */
import { isJsonArray, isJsonObject, type Json } from '../../json.ts'
import type { Rule } from '../../rules.ts'
import type { Service, VectorOperation } from '../adapter.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { objects, pick, succeed } from './exchange.ts'
import { type Call, operation, READ_QUERY, reading } from './operation.ts'
import { checked, type RecordCheck } from './records.ts'
import {
  batchOf,
  discover,
  matrix,
  recommend,
  recommendGroups,
  search,
  searchGroups,
  universal,
  universalGroups,
} from './search-rules.ts'
import { type Lookup, rewriteSearch } from './search-rewrite.ts'
import { demandTag } from './tag.ts'

type RuleOf = (space: TenantSpace) => Rule

const AT = '/collections/{collection}/points'

/** How an answer holds its points: as the result itself, or under a name in it. */
type Holder = 'list' | 'points'

export const SEARCHES: readonly VectorOperation[] = [
  one('points.query', 'query', universal, 'points'),
  batch('points.query.batch', 'query/batch', universal, 'points'),
  grouped('points.query.groups', 'query/groups', universalGroups),
  one('points.search', 'search', search, 'list'),
  batch('points.search.batch', 'search/batch', search, 'list'),
  grouped('points.search.groups', 'search/groups', searchGroups),
  one('points.recommend', 'recommend', recommend, 'list'),
  batch('points.recommend.batch', 'recommend/batch', recommend, 'list'),
  grouped('points.recommend.groups', 'recommend/groups', recommendGroups),
  one('points.discover', 'discover', discover, 'list'),
  batch('points.discover.batch', 'discover/batch', discover, 'list'),
  matrixOf('pairs', (result) => ({
    pairs: objects(isJsonObject(result) ? result['pairs'] : [], ['a', 'b', 'score']),
  })),
  matrixOf('offsets', (result) => pick(result, ['offsets_row', 'offsets_col', 'scores', 'ids'])),
]

function searchOperation(
  name: string,
  path: string,
  rule: RuleOf,
  plan: Parameters<typeof operation>[1],
): VectorOperation {
  const at = `${AT}/${path}`
  return operation(
    { name, method: 'POST', path: at, access: 'read', query: READ_QUERY, rule },
    plan,
  )
}

function one(name: string, path: string, rule: RuleOf, holder: Holder): VectorOperation {
  return searchOperation(name, path, rule, (call) => {
    const { body, payload } = rewriteSearch(call.space, call.body)
    return reading(async (service) => {
      const { result, time } = await call.ask(service, body)
      const read = (check: RecordCheck) => readPoints(check, result, payload.wanted, holder)
      return succeed(await checked(call, service, read), time)
    })
  })
}

function batch(name: string, path: string, rule: RuleOf, holder: Holder): VectorOperation {
  return searchOperation(name, path, batchOf(rule), (call) => {
    const given = call.body['searches']
    const searches = isJsonArray(given) ? given.map((each) => rewriteSearch(call.space, each)) : []
    return reading(async (service) => {
      const sent = { searches: searches.map(({ body }) => body) }
      const { result, time } = await call.ask(service, sent)
      const answers = isJsonArray(result) ? result : []
      const read = (check: RecordCheck) =>
        searches.map(({ payload }, at) =>
          readPoints(check, answers[at] ?? null, payload.wanted, holder),
        )
      return succeed(await checked(call, service, read), time)
    }, searches.length)
  })
}

function grouped(name: string, path: string, rule: RuleOf): VectorOperation {
  return searchOperation(name, path, rule, (call) => {
    const { body, payload, lookup } = rewriteSearch(call.space, call.body)
    return reading(async (service) => {
      const { result, time } = await call.ask(service, body)
      const groups = isJsonObject(result) && isJsonArray(result['groups']) ? result['groups'] : []
      const hits = await checked(call, service, (check) =>
        groups.map((group) =>
          check.readAll(isJsonObject(group) ? group['hits'] : [], payload.wanted),
        ),
      )
      const joined = await readLookups(call, service, groups, lookup)
      const shown = groups.map((group, at) => ({
        hits: hits[at] ?? [],
        ...pick(group, ['id']),
        ...joined[at],
      }))
      return succeed({ groups: shown }, time)
    })
  })
}

/** The record that each group is joined with stands in another collection, and is checked as well. */
async function readLookups(
  { slug, space }: Call,
  service: Service,
  groups: readonly Json[],
  lookup: Lookup | null,
): Promise<readonly { readonly lookup?: Json }[]> {
  if (lookup === null) return []
  const { collection, wantsPayload } = lookup
  return checked({ slug, space, collection }, service, (check) =>
    groups.map((group) => {
      const record = isJsonObject(group) ? (group['lookup'] ?? null) : null
      const shown = record === null ? null : check.read(record, wantsPayload)
      return shown === null ? {} : { lookup: shown }
    }),
  )
}

function matrixOf(form: 'pairs' | 'offsets', rebuild: (result: Json) => Json): VectorOperation {
  const name = `points.matrix.${form}`
  return searchOperation(name, `search/matrix/${form}`, matrix, (call) => {
    const sent = { ...call.body, filter: demandTag(call.slug, call.body['filter']) }
    return reading(async (service) => {
      const { result, time } = await call.ask(service, sent)
      return succeed(rebuild(result), time)
    })
  })
}

function readPoints(check: RecordCheck, result: Json, wanted: boolean, holder: Holder): Json {
  if (holder === 'list') return check.readAll(result, wanted)
  return { points: check.readAll(isJsonObject(result) ? result['points'] : [], wanted) }
}
