/** The input of a chat in tokens: the text, what the template adds, images, sounds and schemas. */
import { type Json, type JsonObject, isJsonArray, isJsonObject } from '../../json.ts'
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import { type FixedTokens, InputSize } from '../input-size.ts'
import { tokenizerFamily } from './family.ts'
import { audioTokens, imageTokens } from './media.ts'

/** OpenAI adds 3 to a request and 3 a message beside its role; the templates of other models add more. */
const REQUEST: FixedTokens = { upper: 32, estimate: 3 }
const MESSAGE: FixedTokens = { upper: 8, estimate: 4 }
/** A name, a call or an answer that a message carries beside its content. */
const ATTACHMENT: FixedTokens = { upper: 8, estimate: 3 }
/** Tools are told to the model in a preamble; each is written out much like its JSON. */
const TOOL_PREAMBLE: FixedTokens = { upper: 512, estimate: 16 }
const TOOL: FixedTokens = { upper: 16, estimate: 8 }
const FORMAT_PREAMBLE: FixedTokens = { upper: 128, estimate: 16 }

export interface ChatSize {
  readonly size: InputSize
  readonly hasAudio: boolean
}

/** Of a body that the rules have passed. */
export function chatSize(body: JsonObject): ChatSize {
  const model = stringIn(body, 'model')
  const size = new InputSize(tokenizerFamily(model), 'openai')
  const image = imageTokens(model)
  let hasAudio = false
  size.add(REQUEST)
  for (const message of itemsOf(body['messages'])) {
    size.add(MESSAGE)
    for (const [name, value] of Object.entries(isJsonObject(message) ? message : {})) {
      if (name === 'role' || value === null) continue
      if (name !== 'content') {
        size.add(ATTACHMENT, isJsonArray(value) ? value.length : 1)
        size.addStrings(value)
      } else if (addContent(size, value, image)) hasAudio = true
    }
  }
  addTools(size, [...itemsOf(body['tools']), ...itemsOf(body['functions'])])
  if (isJsonObject(body['response_format'])) {
    size.add(FORMAT_PREAMBLE)
    size.addJson(body['response_format'])
  }
  return { size, hasAudio }
}

/** What one message of text adds to a chat. */
export function systemMessageSize(model: string | null, text: string): InputSize {
  const size = new InputSize(tokenizerFamily(model), 'openai')
  size.add(MESSAGE)
  size.addText(text)
  return size
}

/** True when there is sound in it. */
function addContent(size: InputSize, content: Json, image: FixedTokens): boolean {
  let hasAudio = false
  if (!isJsonArray(content)) size.addStrings(content)
  else {
    for (const part of content) {
      const sound = stringIn(memberOf(part, 'input_audio'), 'data')
      if (sound !== null) {
        size.add(audioTokens(sound))
        hasAudio = true
      } else if (isJsonObject(memberOf(part, 'image_url'))) size.add(image)
      else size.addStrings(part)
    }
  }
  return hasAudio
}

function addTools(size: InputSize, tools: readonly Json[]): void {
  if (tools.length === 0) return
  size.add(TOOL_PREAMBLE)
  size.add(TOOL, tools.length)
  for (const tool of tools) size.addJson(tool)
}
