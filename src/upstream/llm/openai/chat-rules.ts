/** Every member that POST /v1/chat/completions may have. What is not named here is refused. */
import type { JsonObject } from '../../json.ts'
import { modelName } from '../model-name.ts'
import {
  anyObject,
  because,
  type Fault,
  flag,
  integer,
  list,
  mapOf,
  members,
  nullable,
  oneOf,
  refused,
  tagged,
  text,
} from '../../rules.ts'
import { choiceCount, endUser, outputCap, sampling, streamOptions } from './bounds.ts'
import { messages, store } from './message-rules.ts'
import { functionCall, functions, toolChoice, tools } from './tool-rules.ts'

const responseFormat = tagged('type', {
  text: members({ type: oneOf('text') }),
  json_object: members({ type: oneOf('json_object') }),
  json_schema: members({
    type: oneOf('json_schema'),
    json_schema: members({
      name: text({ max: 256 }),
      'description?': nullable(text()),
      'schema?': nullable(anyObject),
      'strict?': nullable(flag),
    }),
  }),
})

const audioFormats = ['wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16']
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

export const chatBody = members({
  messages,
  'model?': nullable(modelName),
  'max_completion_tokens?': outputCap,
  'max_tokens?': outputCap,
  'n?': choiceCount,
  'stream?': nullable(flag),
  'stream_options?': streamOptions,
  'tools?': tools,
  'tool_choice?': toolChoice,
  'parallel_tool_calls?': nullable(flag),
  'functions?': functions,
  'function_call?': functionCall,
  'response_format?': nullable(responseFormat),
  'modalities?': nullable(list(oneOf('text', 'audio'), { max: 2 })),
  'audio?': nullable(members({ voice: text({ max: 64 }), format: oneOf(...audioFormats) })),
  ...sampling,
  'logprobs?': nullable(flag),
  'top_logprobs?': nullable(integer(0, 20)),
  'reasoning_effort?': nullable(oneOf(...efforts)),
  'verbosity?': nullable(oneOf('low', 'medium', 'high')),
  'user?': endUser,
  'safety_identifier?': endUser,
  'prompt_cache_key?': endUser,
  'prompt_cache_options?': nullable(
    members({ 'mode?': oneOf('implicit', 'explicit'), 'ttl?': oneOf('30m') }),
  ),
  'prompt_cache_retention?': nullable(oneOf('in_memory', '24h')),
  'metadata?': nullable(mapOf(text({ max: 512 }), 16)),
  'store?': store,
  'service_tier?': nullable(
    because('other tiers have prices of their own', oneOf('auto', 'default')),
  ),
  'prediction?': nullable(refused('rejected predictions are billed beyond the output cap')),
  'web_search_options?': nullable(refused('searches are billed apart and are not metered here')),
  'moderation?': nullable(refused('moderation models are not metered here')),
})

/** What no rule of a single member can see. */
export function chatConflict(body: JsonObject): Fault | null {
  const { max_tokens: older, max_completion_tokens: newer } = body
  if (typeof older === 'number' && typeof newer === 'number' && older !== newer) {
    return { path: ['max_tokens'], detail: 'contradicts max_completion_tokens' }
  }
  return streamConflict(body)
}

/** As the API itself demands. */
export function streamConflict(body: JsonObject): Fault | null {
  const given = (body['stream_options'] ?? null) !== null
  return given && body['stream'] !== true
    ? { path: ['stream_options'], detail: 'is allowed only together with "stream": true' }
    : null
}
