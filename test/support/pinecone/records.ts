// The records API, where the service embeds texts itself: NDJSON in, hits out. Records lie beside
// vectors in the same namespaces; keys are in snake_case, errors in the control plane's shape.
import * as z from 'zod'
import { countTokens, embedText } from '../vector/toy-embedding.ts'
import { refuseControl } from './errors.ts'
import type { IndexData } from './index-data.ts'
import { Query, type Vector } from './message.ts'

/** The field of a record that is embedded, as the index was made to say. */
export const EMBEDDED_FIELD = 'chunk_text'

const Members = z.record(z.string(), z.unknown())
const Line = Members.transform(({ _id, id, ...fields }) => ({ id: _id ?? id, fields })).pipe(
  z.object({ id: z.string().min(1), fields: z.looseObject({ [EMBEDDED_FIELD]: z.string() }) }),
)

const Search = z.looseObject({
  query: z.looseObject({
    top_k: z.int().min(1),
    filter: Members.nullish(),
    inputs: z.looseObject({ text: z.string() }).optional(),
    vector: z.looseObject({ values: z.array(z.number()) }).optional(),
    id: z.string().optional(),
  }),
  fields: z.array(z.string()).optional(),
})

const Matches = z.looseObject({
  matches: z.array(z.looseObject({ id: z.string(), score: z.number(), metadata: Members })),
})

export function upsertRecords(index: IndexData, namespace: string, body: string): void {
  const lines = body.split('\n').filter((line) => line.trim() !== '')
  const vectors = lines.map((line): Vector => {
    const { id, fields } = parse(Line, line)
    const text = String(fields[EMBEDDED_FIELD])
    return { id, values: embedText(text, index.dimension), metadata: fields }
  })
  if (vectors.length === 0) refuseControl(400, 'INVALID_ARGUMENT', 'No records were given')
  index.upsert({ namespace, vectors })
}

export function searchRecords(index: IndexData, namespace: string, body: string): object {
  const { query, fields } = parse(Search, body)
  const text = query.inputs?.text
  const vector = text === undefined ? query.vector?.values : embedText(text, index.dimension)
  const asked = Query.parse({
    namespace,
    topK: query.top_k,
    filter: query.filter,
    includeMetadata: true,
    ...(query.id === undefined ? { vector } : { id: query.id }),
  })
  const { matches } = Matches.parse(index.query(asked))
  const hits = matches.map(({ id, score, metadata }) => {
    const names = fields ?? Object.keys(metadata)
    const shown = names.filter((name) => name in metadata).map((name) => [name, metadata[name]])
    return { _id: id, _score: score, fields: Object.fromEntries(shown) as object }
  })
  const embedded = text === undefined ? {} : { embed_total_tokens: countTokens(text) }
  return { result: { hits }, usage: { read_units: 1, ...embedded } }
}

function parse<T extends z.ZodType>(schema: T, text: string): z.infer<T> {
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    return refuseControl(400, 'INVALID_ARGUMENT', `Invalid request: ${String(error)}`)
  }
}
