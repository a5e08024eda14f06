/** Which tokenizer a model's name tells of. */
import type { TokenizerFamily } from '../../../tokens/tokens.ts'

/** OpenAI's own names, fine-tuned ones included; all of them use cl100k_base or o200k_base. */
const OPENAI_MODEL =
  /^(?:ft:)?(?:gpt-[345o]|chatgpt-|o[1-9](?:-|$)|text-embedding-(?:3|ada-002)|davinci-002|babbage-002)/

/**
 * A compatible server may run any model under any name: unknown ones get the more cautious bound,
 * which counts a token for each byte that is neither letter nor blank.
 */
export function tokenizerFamily(model: string | null): TokenizerFamily {
  return model !== null && OPENAI_MODEL.test(model) ? 'openai' : 'anthropic'
}
