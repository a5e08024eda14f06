/** `query` of the universal query: a vector or an id, or one of the kinds of query there are. */
import { isJsonObject, writeJson } from '../../json.ts'
import {
  anyNumber,
  fault,
  flag,
  integer,
  list,
  members,
  nullable,
  oneOf,
  type Rule,
} from '../../rules.ts'
import { formula } from './expression.ts'
import { filter, oneOrMany } from './filter.ts'
import {
  MAX_EXAMPLES,
  MAX_HNSW_EF,
  MAX_MMR_CANDIDATES,
  MAX_OVERSAMPLING,
  MAX_PREFETCHES,
} from './limits.ts'
import { orderBy } from './selection.ts'
import { vectorInput } from './vector.ts'

export const STRATEGY: Rule = oneOf('average_vector', 'best_score', 'sum_scores')

const examples = nullable(list(vectorInput, { max: MAX_EXAMPLES }))
const pair = members({ positive: vectorInput, negative: vectorInput })
const pairs = nullable(oneOrMany(pair, MAX_EXAMPLES))

const QUERIES: Readonly<Record<string, Rule>> = {
  nearest: members({
    nearest: vectorInput,
    'mmr?': nullable(
      members({
        'diversity?': nullable(anyNumber),
        'candidates_limit?': nullable(integer(0, MAX_MMR_CANDIDATES)),
      }),
    ),
  }),
  recommend: members({
    recommend: members({
      'positive?': examples,
      'negative?': examples,
      'strategy?': nullable(STRATEGY),
    }),
  }),
  discover: members({ discover: members({ target: vectorInput, 'context?': pairs }) }),
  context: members({ context: pairs }),
  order_by: members({ order_by: orderBy }),
  fusion: members({ fusion: oneOf('rrf', 'dbsf') }),
  rrf: members({
    rrf: members({
      'k?': nullable(integer(1, 1_000_000)),
      'weights?': nullable(list(anyNumber, { max: MAX_PREFETCHES })),
    }),
  }),
  formula,
  sample: members({ sample: oneOf('random') }),
  relevance_feedback: members({
    relevance_feedback: members({
      target: vectorInput,
      feedback: list(members({ example: vectorInput, score: anyNumber }), { max: MAX_EXAMPLES }),
      strategy: members({ naive: members({ a: anyNumber, b: anyNumber, c: anyNumber }) }),
    }),
  }),
}

export const query: Rule = (value) => {
  if (!isJsonObject(value)) return vectorInput(value)
  if (Object.hasOwn(value, 'indices')) return vectorInput(value)
  const kind = Object.keys(QUERIES).find((name) => Object.hasOwn(value, name))
  const rule = kind === undefined ? undefined : QUERIES[kind]
  return rule === undefined
    ? fault('is neither a vector nor an id nor a kind of query that is offered here')
    : rule(value)
}

/** How a search is done. `idf.corpus` is a filter, which the caller of this rule tags as any other. */
export const searchParams: Rule = members({
  'hnsw_ef?': nullable(integer(1, MAX_HNSW_EF)),
  'exact?': flag,
  'quantization?': nullable(
    members({
      'ignore?': flag,
      'rescore?': nullable(flag),
      'oversampling?': nullable(upTo(MAX_OVERSAMPLING)),
    }),
  ),
  'indexed_only?': flag,
  'acorn?': nullable(members({ 'enable?': flag, 'max_selectivity?': nullable(anyNumber) })),
  'idf?': nullable((value) =>
    isJsonObject(value) ? members({ corpus: filter })(value) : oneOf('global')(value),
  ),
})

function upTo(max: number): Rule {
  return (value) => {
    const wrong = anyNumber(value)
    if (wrong !== null) return wrong
    return Number(writeJson(value)) <= max ? null : fault(`must be at most ${max}`)
  }
}
