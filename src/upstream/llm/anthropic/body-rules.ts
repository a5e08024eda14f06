/** Every member that POST /v1/messages and its token counting may have. What is not named is refused. */
import type { JsonObject } from '../../json.ts'
import { memberOf, numberIn } from '../../json-read.ts'
import { modelName } from '../model-name.ts'
import {
  anyObject,
  because,
  type Fault,
  flag,
  integer,
  list,
  members,
  nullable,
  number,
  oneOf,
  refused,
  type Rule,
  tagged,
  text,
} from '../../rules.ts'
import { cacheControl, HOSTED, messages, system } from './block-rules.ts'
import { toolChoice, tools } from './tool-rules.ts'

/** No model generates more. */
const MAX_OUTPUT_CAP = 10_000_000
/** The least that the API takes, and below the output cap. */
export const MIN_THINKING_TOKENS = 1_024

const OWN_PRICE = 'it has a price of its own'

const display = { 'display?': nullable(oneOf('summarized', 'omitted')) }

const thinking = tagged('type', {
  enabled: members({
    type: oneOf('enabled'),
    budget_tokens: integer(MIN_THINKING_TOKENS, MAX_OUTPUT_CAP),
    ...display,
  }),
  adaptive: members({ type: oneOf('adaptive'), ...display }),
  disabled: members({ type: oneOf('disabled') }),
})

const outputConfig = members({
  'effort?': nullable(oneOf('low', 'medium', 'high', 'xhigh', 'max')),
  'format?': nullable(members({ type: oneOf('json_schema'), schema: anyObject })),
})

/** By these details the SDK's tool runner sends the same again without it, and all later turns whole. */
const thread: Rule = () => ({
  path: [],
  detail: `is not accepted: ${HOSTED}`,
  details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
})

const input = {
  messages,
  'model?': nullable(modelName),
  'system?': nullable(system),
  'tools?': tools,
  'tool_choice?': toolChoice,
  'thinking?': nullable(thinking),
  'output_config?': nullable(outputConfig),
  'cache_control?': cacheControl,
  'speed?': nullable(because(OWN_PRICE, oneOf('standard'))),
  'mcp_servers?': nullable(refused(HOSTED)),
  'context_management?': nullable(refused(HOSTED)),
}

export const countBody = members(input)

export const messagesBody = members({
  ...input,
  max_tokens: integer(1, MAX_OUTPUT_CAP),
  'stream?': nullable(flag),
  'stop_sequences?': nullable(list(text(), { max: 1_000 })),
  'temperature?': nullable(number),
  'top_p?': nullable(number),
  'top_k?': nullable(number),
  'metadata?': nullable(members({ 'user_id?': nullable(text({ max: 512 })) })),
  'service_tier?': nullable(oneOf('auto', 'standard_only')),
  'inference_geo?': nullable(refused(OWN_PRICE)),
  'container?': nullable(refused(HOSTED)),
  'thread?': nullable(thread),
  'diagnostics?': nullable(refused('it names messages that may be of another tenant')),
  'user_profile_id?': nullable(refused('profiles belong to the platform')),
  'workspace_id?': nullable(refused('workspaces belong to the platform')),
})

/**
 * As the API itself demands: thinking is part of the output that the cap bounds. With interleaved
 * thinking it takes larger budgets too, but says that then the context window is the limit instead of
 * `max_tokens`: what that can cost is not known here, so that no hold could cover it.
 */
export function thinkingConflict(body: JsonObject): Fault | null {
  const budget = numberIn(memberOf(body, 'thinking'), 'budget_tokens')
  const cap = numberIn(body, 'max_tokens')
  return budget !== null && cap !== null && budget >= cap
    ? { path: ['thinking', 'budget_tokens'], detail: 'must be less than max_tokens' }
    : null
}
