/** POST /v1/messages, and the counting of its tokens, which is free. */
import type { Ask, Operation } from '../../adapter.ts'
import { type JsonObject, isJsonArray, isJsonObject } from '../../json.ts'
import { itemsOf, memberOf, numberIn, stringIn } from '../../json-read.ts'
import { refusal } from '../../rules.ts'
import { wholeReplyOnly } from '../whole-reply.ts'
import { measureMessage, MessageStream, messageText } from './answer.ts'
import { countBody, messagesBody, MIN_THINKING_TOKENS, thinkingConflict } from './body-rules.ts'
import { inputTokens, systemPromptTokens } from './input-tokens.ts'
import { editUserTexts } from './user-texts.ts'

/** The SDK's beta resources send it. Members of a beta are refused in the body, so it changes nothing. */
const ignoredQuery = ['beta=true']

const withSystemPrompt: Operation['withSystemPrompt'] = (ask, prompt) =>
  systemPromptTokens(prompt).addedTo(ask)

export const messages: Operation = {
  name: 'messages',
  method: 'POST',
  path: '/v1/messages',
  kind: 'generate',
  scope: 'llm',
  ignoredQuery,
  read(body) {
    const wrong = messagesBody(body) ?? thinkingConflict(body)
    return wrong === null ? { ok: true, ask: askOf(body) } : { ok: false, bad: refusal(wrong) }
  },
  withSystemPrompt,
  editUserTexts,
  write: (body, { model, outputCap, systemPrompt }) => ({
    ...body,
    ...instructed(body, systemPrompt),
    model,
    ...(outputCap === null ? {} : cappedAt(body, outputCap)),
    // Other tiers have prices of their own, and absence would mean the account's setting.
    service_tier: 'standard_only',
  }),
  measure: measureMessage,
  outputText: messageText,
  openStream: () => new MessageStream(),
}

export const countTokens: Operation = {
  name: 'messages.count_tokens',
  method: 'POST',
  path: '/v1/messages/count_tokens',
  kind: 'free',
  scope: 'llm',
  ignoredQuery,
  read(body) {
    const wrong = countBody(body)
    return wrong === null ? { ok: true, ask: askOf(body) } : { ok: false, bad: refusal(wrong) }
  },
  withSystemPrompt,
  editUserTexts,
  write: (body, { model, systemPrompt }) => ({
    ...body,
    ...instructed(body, systemPrompt),
    model,
  }),
  measure: () => ({ usage: null, modelServed: null }),
  ...wholeReplyOnly,
}

function askOf(body: JsonObject): Ask {
  const size = inputTokens(body)
  const names = itemsOf(body['tools']).map((tool) => stringIn(tool, 'name'))
  return {
    model: stringIn(body, 'model'),
    stream: body['stream'] === true,
    outputCap: numberIn(body, 'max_tokens') ?? 0,
    ...(thinkingBudget(body) === null ? {} : { leastOutput: MIN_THINKING_TOKENS + 1 }),
    choices: 1,
    inputUpperTokens: size.upperTokens,
    inputEstimateTokens: size.estimateTokens,
    audio: false,
    tools: names.filter((name) => name !== null),
  }
}

/** Instructions of the client stay a text of their own; a blank one says nothing, and would be no valid block. */
function instructed({ system }: JsonObject, prompt: string | null): JsonObject {
  if (prompt === null) return {}
  const first = { type: 'text', text: prompt }
  if (isJsonArray(system)) return { system: [first, ...system] }
  if (typeof system === 'string' && system.trim() !== '') {
    return { system: [first, { type: 'text', text: system }] }
  }
  return { system: prompt }
}

function thinkingBudget(body: JsonObject): number | null {
  return numberIn(memberOf(body, 'thinking'), 'budget_tokens')
}

/** A lowered cap lowers the thinking budget with it, which must stay below; the API judges the rest. */
function cappedAt(body: JsonObject, outputCap: number): JsonObject {
  const { thinking } = body
  const budget = thinkingBudget(body)
  if (budget === null || budget < outputCap || !isJsonObject(thinking)) {
    return { max_tokens: outputCap }
  }
  return { max_tokens: outputCap, thinking: { ...thinking, budget_tokens: outputCap - 1 } }
}
