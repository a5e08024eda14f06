/** POST /v1/embeddings: priced by input alone. */
import type { Operation } from '../../adapter.ts'
import { memberOf, stringIn } from '../../json-read.ts'
import { InputSize } from '../input-size.ts'
import { modelName } from '../model-name.ts'
import { promptless } from '../promptless.ts'
import { integer, members, nullable, oneOf, refusal } from '../../rules.ts'
import { wholeReplyOnly } from '../whole-reply.ts'
import { modelOf } from './answer.ts'
import { endUser } from './bounds.ts'
import { tokenizerFamily } from './family.ts'
import { addPrompt, countPrompts, prompt } from './prompt-rules.ts'
import { embeddingUsage, openaiCounts } from './usage.ts'

/** OpenAI adds none; others put a token before and after each text. */
const TEXT_OVERHEAD = { upper: 2, estimate: 0 }

const embeddingBody = members({
  input: prompt,
  'model?': nullable(modelName),
  'dimensions?': nullable(integer(1, 65_536)),
  'encoding_format?': nullable(oneOf('float', 'base64')),
  'user?': endUser,
})

export const embeddings: Operation = {
  name: 'embeddings',
  method: 'POST',
  path: '/v1/embeddings',
  kind: 'embed',
  scope: 'llm',
  read(body) {
    const wrong = embeddingBody(body)
    if (wrong !== null) return { ok: false, bad: refusal(wrong) }
    const model = stringIn(body, 'model')
    const size = new InputSize(tokenizerFamily(model), 'openai')
    addPrompt(size, body['input'])
    size.add(TEXT_OVERHEAD, countPrompts(body['input']))
    return {
      ok: true,
      ask: {
        model,
        stream: false,
        outputCap: 0,
        choices: 1,
        inputUpperTokens: size.upperTokens,
        inputEstimateTokens: size.estimateTokens,
        audio: false,
        tools: [],
      },
    }
  },
  write: (body, { model }) => ({ ...body, model }),
  ...promptless,
  measure(reply) {
    const counts = openaiCounts().update(memberOf(reply, 'usage'))
    return { usage: embeddingUsage(counts), modelServed: modelOf(reply) }
  },
  ...wholeReplyOnly,
}
