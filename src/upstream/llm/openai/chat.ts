/** POST /v1/chat/completions. */
import type { Ask, Decision, Operation } from '../../adapter.ts'
import type { Json, JsonObject } from '../../json.ts'
import { itemsOf, memberOf, numberIn, stringIn } from '../../json-read.ts'
import { refusal } from '../../rules.ts'
import { AnswerStream, answerText, measureAnswer } from './answer.ts'
import { chatBody, chatConflict } from './chat-rules.ts'
import { chatSize, systemMessageSize } from './chat-size.ts'
import { streamMembers, usageWanted } from './streaming.ts'
import { editChatTexts } from './user-texts.ts'

const CAP_NAMES = ['max_completion_tokens', 'max_tokens'] as const

export const chat: Operation = {
  name: 'chat.completions',
  method: 'POST',
  path: '/v1/chat/completions',
  kind: 'generate',
  scope: 'llm',
  read(body) {
    const wrong = chatBody(body) ?? chatConflict(body)
    return wrong === null ? { ok: true, ask: askOf(body) } : { ok: false, bad: refusal(wrong) }
  },
  withSystemPrompt: (ask, prompt) => systemMessageSize(ask.model, prompt).addedTo(ask),
  editUserTexts: editChatTexts,
  write: (body, decision) => ({
    ...body,
    ...instructed(body, decision),
    model: decision.model,
    ...capMembers(body, decision),
    ...streamMembers(body),
    // Only null and false get this far, and null would mean the account's own setting.
    ...(Object.hasOwn(body, 'store') ? { store: false } : {}),
  }),
  measure: measureAnswer,
  outputText: answerText,
  openStream: (body) =>
    new AnswerStream({ choices: numberIn(body, 'n') ?? 1, usageWanted: usageWanted(body) }),
}

function askOf(body: JsonObject): Ask {
  const { size, hasAudio } = chatSize(body)
  return {
    model: stringIn(body, 'model'),
    stream: body['stream'] === true,
    outputCap: numberIn(body, 'max_completion_tokens') ?? numberIn(body, 'max_tokens'),
    choices: numberIn(body, 'n') ?? 1,
    inputUpperTokens: size.upperTokens,
    inputEstimateTokens: size.estimateTokens,
    audio:
      hasAudio || itemsOf(body['modalities']).includes('audio') || (body['audio'] ?? null) !== null,
    tools: toolNames(body),
  }
}

/** The first message of all, by the role that this client has for such. */
function instructed(body: JsonObject, { systemPrompt }: Decision): JsonObject {
  if (systemPrompt === null) return {}
  const messages = itemsOf(body['messages'])
  const speaksAsDeveloper = messages.some((each) => stringIn(each, 'role') === 'developer')
  const role = speaksAsDeveloper ? 'developer' : 'system'
  return { messages: [{ role, content: systemPrompt }, ...messages] }
}

/** The cap stands where the client put it; a client that named none gets the newer member. */
function capMembers(body: JsonObject, { outputCap }: Decision): JsonObject {
  if (outputCap === null) return {}
  const named = CAP_NAMES.filter((name) => numberIn(body, name) !== null)
  const names = named.length > 0 ? named : [CAP_NAMES[0]]
  return Object.fromEntries(names.map((name) => [name, outputCap]))
}

function toolNames(body: JsonObject): readonly string[] {
  const nameOf = (tool: Json) =>
    memberOf(memberOf(tool, 'function') ?? memberOf(tool, 'custom'), 'name')
  const names = [
    ...itemsOf(body['tools']).map(nameOf),
    ...itemsOf(body['functions']).map((each) => memberOf(each, 'name')),
  ]
  return names.filter((name) => typeof name === 'string')
}
