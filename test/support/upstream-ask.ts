// What a request asks of the tests' upstream. It reads the body for itself, so that a gateway that
// changed more than it may does not go unseen.
import * as z from 'zod'

const Body = z.looseObject({
  model: z.string().default(''),
  messages: z.array(z.looseObject({ content: z.unknown().optional() })).default([]),
  system: z.unknown().optional(),
  prompt: z.unknown().optional(),
  input: z.unknown().optional(),
  max_tokens: z.number().nullish(),
  max_completion_tokens: z.number().nullish(),
  n: z.number().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  encoding_format: z.string().nullish(),
})

export interface Asked {
  readonly route: 'chat' | 'text' | 'messages' | 'embeddings' | 'count' | 'unknown'
  readonly body: unknown
  readonly model: string
  readonly texts: readonly string[]
  readonly words: number
  readonly cap: number | null
  readonly choices: number
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly base64: boolean
}

const ROUTES = new Map<string, Asked['route']>([
  ['/v1/chat/completions', 'chat'],
  ['/v1/completions', 'text'],
  ['/v1/messages', 'messages'],
  ['/v1/messages/count_tokens', 'count'],
  ['/v1/embeddings', 'embeddings'],
])

export function parseAsked(path: string, rawBody: string): Asked {
  let json: unknown = {}
  try {
    json = JSON.parse(rawBody || '{}')
  } catch {
    // Left as an empty request: the log still holds the raw text.
  }
  const read = Body.safeParse(json)
  const body = read.success ? read.data : Body.parse({})
  const texts = [
    body.system,
    ...body.messages.map(({ content }) => content),
    body.prompt,
    body.input,
  ].flatMap(stringsOf)
  return {
    route: ROUTES.get(path) ?? 'unknown',
    body: json,
    model: body.model,
    texts,
    words: texts.flatMap((text) => text.split(/\s+/)).filter(Boolean).length,
    cap: body.max_completion_tokens ?? body.max_tokens ?? null,
    choices: body.n ?? 1,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    base64: body.encoding_format === 'base64',
  }
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(stringsOf)
  if (typeof value === 'object' && value !== null && 'text' in value) return stringsOf(value.text)
  return []
}
