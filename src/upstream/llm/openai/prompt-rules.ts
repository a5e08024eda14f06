/** The input of embeddings and of the older completions: a text or its tokens, one or many. */
import { type Json, isJsonArray } from '../../json.ts'
import type { InputSize } from '../input-size.ts'
import { byType, integer, list, type Rule, text } from '../../rules.ts'

/** The API's own bound on a batch. */
const MAX_PROMPTS = 2_048
const MAX_PROMPT_TOKENS = 10_000_000

const tokens = list(integer(0, 2 ** 31), { min: 1, max: MAX_PROMPT_TOKENS })
const batch = { min: 1, max: MAX_PROMPTS }
const texts = list(text(), batch)
const tokenLists = list(tokens, batch)

/** The first item says what all must be. */
const anyOfArrays: Rule = (value) => {
  const first = isJsonArray(value) ? value[0] : undefined
  if (typeof first === 'number') return tokens(value)
  return isJsonArray(first) ? tokenLists(value) : texts(value)
}

export const prompt = byType({ string: text(), array: anyOfArrays })

/** How many prompts a valid value holds. */
export function countPrompts(value: Json | undefined): number {
  return isJsonArray(value) && typeof value[0] !== 'number' ? value.length : 1
}

/** Tokens given as numbers are counted exactly. */
export function addPrompt(size: InputSize, value: Json | undefined): void {
  if (!isJsonArray(value)) return size.addStrings(value)
  for (const item of value) {
    if (typeof item === 'number') size.add({ upper: 1, estimate: 1 })
    else if (isJsonArray(item)) size.add({ upper: item.length, estimate: item.length })
    else size.addStrings(item)
  }
}
