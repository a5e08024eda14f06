/** Finds the texts that users send in a conversation, results of tools among them, to be looked at or edited. */
import { type Json, type JsonObject, isJsonArray, isJsonObject } from '../../json.ts'
import { itemsOf, stringIn } from '../../json-read.ts'

type Edit = (text: string) => string

/** Members of blocks whose text the model reads. A `source` of text has `data`, of search results it is one. */
const TEXTS: ReadonlySet<string> = new Set(['text', 'title', 'context', 'data', 'source'])

export function editUserTexts(body: JsonObject, edit: Edit): JsonObject {
  return {
    ...body,
    messages: itemsOf(body['messages']).map((message) =>
      isJsonObject(message) && stringIn(message, 'role') === 'user'
        ? { ...message, content: editContent(message['content'] ?? null, edit) }
        : message,
    ),
  }
}

/** A text, or blocks of any depth. */
function editContent(content: Json, edit: Edit): Json {
  if (typeof content === 'string') return edit(content)
  return isJsonArray(content) ? content.map((block) => editBlock(block, edit)) : content
}

function editBlock(block: Json, edit: Edit): Json {
  if (!isJsonObject(block) || block['type'] === 'image') return block
  return Object.fromEntries(
    Object.entries(block).map(([name, value]) => [name, editMember(name, value, edit)]),
  )
}

function editMember(name: string, value: Json, edit: Edit): Json {
  if (name === 'content') return editContent(value, edit)
  if (name === 'source' && isJsonObject(value)) return editBlock(value, edit)
  return typeof value === 'string' && TEXTS.has(name) ? edit(value) : value
}
