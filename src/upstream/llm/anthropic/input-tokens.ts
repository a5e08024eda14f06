/** The input of a conversation in tokens. The tokenizer is not public, so every bound is generous. */
import { type Json, type JsonObject, isJsonArray, isJsonObject } from '../../json.ts'
import { itemsOf, memberOf } from '../../json-read.ts'
import { type FixedTokens, InputSize } from '../input-size.ts'

const REQUEST: FixedTokens = { upper: 128, estimate: 8 }
const MESSAGE: FixedTokens = { upper: 16, estimate: 4 }
const BLOCK: FixedTokens = { upper: 16, estimate: 0 }
/** Documented figures for the preamble go up to 530. */
const TOOL_PREAMBLE: FixedTokens = { upper: 1_024, estimate: 346 }
const TOOL: FixedTokens = { upper: 64, estimate: 16 }
/** Documented figures go up to 735. */
const BUILT_IN_TOOL: FixedTokens = { upper: 2_048, estimate: 700 }
/** Width times height by 750, after scaling: 1,600 on older models, below 5,000 on newer ones. */
const IMAGE: FixedTokens = { upper: 8_000, estimate: 1_600 }
const FORMAT_PREAMBLE: FixedTokens = { upper: 512, estimate: 64 }

/** Of a body that the rules have passed. */
export function inputTokens(body: JsonObject): InputSize {
  const size = new InputSize('anthropic')
  size.add(REQUEST)
  addContent(size, body['system'])
  for (const message of itemsOf(body['messages'])) {
    size.add(MESSAGE)
    if (isJsonObject(message)) addContent(size, message['content'])
  }
  addTools(size, itemsOf(body['tools']))
  const format = memberOf(body['output_config'], 'format')
  if (isJsonObject(format)) {
    size.add(FORMAT_PREAMBLE)
    size.addJson(format)
  }
  return size
}

/** What instructions add to a conversation; those of the client may become a block of their own by them. */
export function systemPromptTokens(text: string): InputSize {
  const size = new InputSize('anthropic')
  size.add(BLOCK, 2)
  size.addText(text)
  return size
}

/** A text, or blocks of any depth. */
function addContent(size: InputSize, content: Json | undefined): void {
  if (!isJsonArray(content)) return size.addStrings(content)
  for (const block of content) {
    size.add(BLOCK)
    if (isJsonObject(block)) addBlock(size, block)
  }
}

function addBlock(size: InputSize, block: JsonObject): void {
  if (block['type'] === 'image') return size.add(IMAGE)
  for (const [name, value] of Object.entries(block)) {
    if (name === 'content') addContent(size, value)
    // The client chose these shapes, so their names count too.
    else if (name === 'input' || name === 'citations') size.addJson(value)
    else if (name === 'source' && isJsonObject(value)) addBlock(size, value)
    else if (name !== 'type' && name !== 'cache_control') size.addStrings(value)
  }
}

function addTools(size: InputSize, tools: readonly Json[]): void {
  if (tools.length === 0) return
  size.add(TOOL_PREAMBLE)
  for (const tool of tools) {
    const isCustom = (memberOf(tool, 'type') ?? 'custom') === 'custom'
    size.add(isCustom ? TOOL : BUILT_IN_TOOL)
    size.addJson(tool)
  }
}
