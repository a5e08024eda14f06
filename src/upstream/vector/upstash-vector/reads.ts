/** Reads of one namespace. */
import { isJsonArray, type Json } from '../../json.ts'
import { stringIn } from '../../json-read.ts'
import { exactlyOne, integer, list, members, nullable, type Rule, text } from '../../rules.ts'
import type { VectorOperation } from '../adapter.ts'
import { badBody, given, readMembers } from '../members.ts'
import { MAX_HANDLE_CHARACTERS, MAX_IDS, MAX_QUERIES, MAX_RESULTS } from './bounds.ts'
import { ask, objectIn } from './errors.ts'
import { inNamespaces } from './namespace.ts'
import { reading } from './plans.ts'
import { matchesOf, matchesOfMany, recordsOf, recordsOrNulls } from './records.ts'
import { id, idPrefix, INCLUDED, included, query, QUERY_MEMBERS } from './rules.ts'

const BY_POST = { access: 'read', body: 'json' } as const

/** One query or a list of them; by text, the service embeds each by the index's own model. */
function search(command: 'query' | 'query-data', one: Rule): readonly VectorOperation[] {
  const many = list(one, { min: 1, max: MAX_QUERIES })
  return inNamespaces({ name: `vectors.${command}`, command, ...BY_POST }, (namespace, request) => {
    const { body = null } = request
    const wrong = (isJsonArray(body) ? many : one)(body)
    if (wrong !== null) return badBody(wrong)
    const queries: Json[] = (isJsonArray(body) ? body : [body]).map((each) =>
      given(each, QUERY_MEMBERS),
    )
    return reading(async (service) => {
      const path = [command, namespace.physical]
      const sent = isJsonArray(body) ? queries : (queries[0] ?? {})
      const result = await ask(service, { path, body: sent, writes: false })
      return isJsonArray(body) ? matchesOfMany(result) : matchesOf(result)
    }, queries.length)
  })
}

const fetchBody = exactlyOne(
  ['ids', 'prefix'],
  members({
    'ids?': nullable(list(id, { max: MAX_IDS })),
    'prefix?': nullable(idPrefix),
    ...included,
  }),
)

const fetchRecords = inNamespaces(
  { name: 'vectors.fetch', command: 'fetch', ...BY_POST },
  ({ physical }, { body }) => {
    const read = readMembers(fetchBody, body)
    if (!read.ok) return read
    const asked = given(read.members, ['ids', 'prefix', ...INCLUDED])
    return reading(async (service) =>
      recordsOrNulls(await ask(service, { path: ['fetch', physical], body: asked, writes: false })),
    )
  },
)

/** Where a range begins, as the clients of several languages say it. */
const BEGINNING: readonly (Json | undefined)[] = [undefined, null, '', '0', 0]
/** How the service says it. */
const FIRST = '0'

const cursor: Rule = (value) =>
  BEGINNING.includes(value) ? null : text({ max: MAX_HANDLE_CHARACTERS })(value)

const rangeBody = members({
  'cursor?': cursor,
  'prefix?': nullable(idPrefix),
  limit: integer(1, MAX_RESULTS),
  ...included,
})

const range = inNamespaces(
  { name: 'vectors.range', command: 'range', ...BY_POST },
  async ({ name, physical }, { body, space }) => {
    const read = readMembers(rangeBody, body)
    if (!read.ok) return read
    const { cursor: sealed } = read.members
    const purpose = JSON.stringify(['range', name, stringIn(read.members, 'prefix') ?? ''])
    const opened =
      typeof sealed === 'string' && !BEGINNING.includes(sealed)
        ? await space.open(purpose, sealed)
        : FIRST
    if (opened === null) return { ok: false, bad: 'not_found' }
    const asked = { ...given(read.members, ['prefix', 'limit', ...INCLUDED]), cursor: opened }
    return reading(async (service) => {
      const result = objectIn(
        await ask(service, { path: ['range', physical], body: asked, writes: false }),
      )
      const next = stringIn(result, 'nextCursor') ?? ''
      return {
        nextCursor: next === '' ? '' : await space.seal(purpose, next),
        vectors: recordsOf(result['vectors']),
      }
    })
  },
)

export const READ_OPERATIONS: readonly VectorOperation[] = [
  ...search('query', query.vector),
  ...search('query-data', query.data),
  ...fetchRecords,
  ...range,
]
