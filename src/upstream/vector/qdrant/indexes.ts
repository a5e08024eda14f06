/** Payload indexes, and vectors that a collection is given after it was made. */
import { Problem } from '../../../problem/problem.ts'
import { isJsonObject, type JsonObject } from '../../json.ts'
import {
  flag,
  integer,
  list,
  members,
  nullable,
  oneOf,
  type Rule,
  tagged,
  text,
} from '../../rules.ts'
import type { Service, VectorOperation } from '../adapter.ts'
import { vectorNamesOf } from './collection-info.ts'
import { vectorNameRule } from './collection-rules.ts'
import { exchange, pick, succeed } from './exchange.ts'
import { MAX_NAMED_VECTORS, MAX_STOPWORDS } from './limits.ts'
import { vectorName } from './names.ts'
import { type Call, operation, WRITE_QUERY, writing } from './operation.ts'
import { payloadPath } from './tag.ts'

const optionalFlag = nullable(flag)

const KEPT = {
  'on_disk?': optionalFlag,
  'memory?': nullable(oneOf('cold', 'cached')),
  'enable_hnsw?': optionalFlag,
}

const word = text({ max: 64 })
const length = nullable(integer(0, 1_000))
const stopwords: Rule = (value) =>
  isJsonObject(value)
    ? members({
        'languages?': nullable(list(word, { max: 64 })),
        'custom?': nullable(list(word, { max: MAX_STOPWORDS })),
      })(value)
    : word(value)

const stemmer = tagged('type', {
  snowball: members({ type: oneOf('snowball'), language: word }),
  none: members({ type: oneOf('none') }),
})

const TYPES = {
  keyword: { 'is_tenant?': optionalFlag, 'prefix?': optionalFlag },
  integer: { 'lookup?': optionalFlag, 'range?': optionalFlag, 'is_principal?': optionalFlag },
  float: { 'is_principal?': optionalFlag },
  geo: {},
  text: {
    'tokenizer?': nullable(oneOf('prefix', 'whitespace', 'word', 'multilingual')),
    'min_token_len?': length,
    'max_token_len?': length,
    'lowercase?': optionalFlag,
    'ascii_folding?': optionalFlag,
    'phrase_matching?': optionalFlag,
    'stopwords?': nullable(stopwords),
    'stemmer?': nullable(stemmer),
  },
  bool: {},
  datetime: { 'is_principal?': optionalFlag },
  uuid: { 'is_tenant?': optionalFlag },
} satisfies Readonly<Record<string, Readonly<Record<string, Rule>>>>

const typeName = oneOf(...Object.keys(TYPES))
const typeParams = tagged(
  'type',
  Object.fromEntries(
    Object.entries(TYPES).map(([type, own]) => [
      type,
      members({ type: oneOf(type), ...own, ...KEPT }),
    ]),
  ),
)

const index = members({
  field_name: payloadPath,
  'field_schema?': nullable((value) => (isJsonObject(value) ? typeParams(value) : typeName(value))),
})

const UPDATED = ['operation_id', 'status']
const NOTHING = { vectors: 0, bytes: 0 }
const WRITE = { access: 'write', query: WRITE_QUERY } as const

const INDEX = '/collections/{collection}/index'
const VECTOR = '/collections/{collection}/vectors/{vector}'

export const INDEXES: readonly VectorOperation[] = [
  operation(
    { name: 'index.create', method: 'PUT', path: INDEX, ...WRITE, rule: () => index },
    (call) => updating(call, call.body),
  ),
  operation(
    {
      name: 'index.delete',
      method: 'DELETE',
      path: `${INDEX}/{field}`,
      ...WRITE,
      params: { field: payloadPath },
    },
    (call) => updating(call),
  ),
  operation(
    {
      name: 'vector_names.create',
      method: 'PUT',
      path: VECTOR,
      ...WRITE,
      params: { vector: vectorName },
      rule: () => vectorNameRule,
    },
    (call) =>
      writing(call, NOTHING, async (service) => {
        await leaveRoom(service, call)
        const { result, time } = await call.ask(service, call.body)
        return succeed(pick(result, UPDATED), time)
      }),
  ),
  operation(
    {
      name: 'vector_names.delete',
      method: 'DELETE',
      path: VECTOR,
      ...WRITE,
      params: { vector: vectorName },
    },
    (call) => updating(call),
  ),
]

function updating(call: Call, body?: JsonObject) {
  return writing(call, NOTHING, async (service) => {
    const { result, time } = await call.ask(service, body)
    return succeed(pick(result, UPDATED), time)
  })
}

/** As many vectors as a collection may be made with. */
async function leaveRoom(service: Service, { space, collection, params }: Call): Promise<void> {
  const { result } = await exchange(service, {
    method: 'GET',
    path: ['collections', space.physical(collection)],
    writes: false,
  })
  const names = vectorNamesOf(result)
  if (names.length < MAX_NAMED_VECTORS || names.includes(params['vector'] ?? '')) return
  throw new Problem('InvalidMember', `A collection may have ${MAX_NAMED_VECTORS} vectors.`, {
    param: 'vector',
  })
}
