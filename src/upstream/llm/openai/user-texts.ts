/** Finds the texts that users send, in a chat and in the older completions, to be looked at or edited. */
import { type Json, type JsonObject, isJsonArray, isJsonObject } from '../../json.ts'
import { itemsOf, stringIn } from '../../json-read.ts'

type Edit = (text: string) => string

/** What a tool answers is made of what users and strangers wrote. */
const USER_SENT: ReadonlySet<string> = new Set(['user', 'tool', 'function'])

export function editChatTexts(body: JsonObject, edit: Edit): JsonObject {
  return {
    ...body,
    messages: itemsOf(body['messages']).map((message) => editMessage(message, edit)),
  }
}

/** null for token ids: what they say is known to the upstream only. */
export function editPromptTexts(body: JsonObject, edit: Edit): JsonObject | null {
  const { prompt, suffix } = body
  if (itemsOf(prompt).some((each) => typeof each !== 'string')) return null
  return {
    ...body,
    prompt: isJsonArray(prompt)
      ? prompt.map((each) => editText(each, edit))
      : editText(prompt ?? null, edit),
    ...(suffix === undefined ? {} : { suffix: editText(suffix, edit) }),
  }
}

function editMessage(message: Json, edit: Edit): Json {
  if (!isJsonObject(message) || !USER_SENT.has(stringIn(message, 'role') ?? '')) return message
  const { content, name, role } = message
  return {
    ...message,
    // Of a function it is an identifier; of a user it is whatever the client likes.
    ...(role === 'user' && typeof name === 'string' ? { name: edit(name) } : {}),
    content: isJsonArray(content)
      ? content.map((part) => editPart(part, edit))
      : editText(content ?? null, edit),
  }
}

/** Images and sounds are left as they are. */
function editPart(part: Json, edit: Edit): Json {
  const text = stringIn(part, 'text')
  return text === null || !isJsonObject(part) ? part : { ...part, text: edit(text) }
}

function editText(value: Json, edit: Edit): Json {
  return typeof value === 'string' ? edit(value) : value
}
