/** POST /v1/completions, the older form: a prompt is continued. */
import type { Ask, Operation } from '../../adapter.ts'
import type { JsonObject } from '../../json.ts'
import { numberIn, stringIn } from '../../json-read.ts'
import { InputSize } from '../input-size.ts'
import { modelName } from '../model-name.ts'
import { type Fault, flag, integer, members, nullable, refusal, text } from '../../rules.ts'
import { AnswerStream, answerText, measureAnswer } from './answer.ts'
import { choiceCount, endUser, outputCap, sampling, streamOptions } from './bounds.ts'
import { streamConflict } from './chat-rules.ts'
import { tokenizerFamily } from './family.ts'
import { addPrompt, countPrompts, prompt } from './prompt-rules.ts'
import { streamMembers, usageWanted } from './streaming.ts'
import { editPromptTexts } from './user-texts.ts'

/** What the API goes by when nothing is said; written out, since not every compatible server does. */
const DEFAULT_OUTPUT_CAP = 16

/** A start token for each prompt, and the marks around a suffix. */
const PROMPT_OVERHEAD = { upper: 8, estimate: 0 }

const completionBody = members({
  prompt,
  'model?': nullable(modelName),
  'max_tokens?': outputCap,
  'n?': choiceCount,
  'best_of?': choiceCount,
  'stream?': nullable(flag),
  'stream_options?': streamOptions,
  'suffix?': nullable(text()),
  'echo?': nullable(flag),
  ...sampling,
  'logprobs?': nullable(integer(0, 20)),
  'user?': endUser,
})

export const completions: Operation = {
  name: 'completions',
  method: 'POST',
  path: '/v1/completions',
  kind: 'generate',
  scope: 'llm',
  read(body) {
    const wrong = completionBody(body) ?? choiceConflict(body) ?? streamConflict(body)
    return wrong === null ? { ok: true, ask: askOf(body) } : { ok: false, bad: refusal(wrong) }
  },
  // A prompt is continued as it stands: nothing in it is set apart as instructions.
  withSystemPrompt: () => null,
  editUserTexts: editPromptTexts,
  write: (body, { model, outputCap: granted }) => ({
    ...body,
    model,
    ...(granted === null ? {} : { max_tokens: granted }),
    ...streamMembers(body),
  }),
  measure: measureAnswer,
  outputText: answerText,
  openStream: (body) =>
    new AnswerStream({
      choices: answersPerPrompt(body) * promptsIn(body),
      usageWanted: usageWanted(body),
    }),
}

function askOf(body: JsonObject): Ask {
  const model = stringIn(body, 'model')
  const size = new InputSize(tokenizerFamily(model), 'openai')
  addPrompt(size, body['prompt'])
  size.addStrings(body['suffix'])
  size.add(PROMPT_OVERHEAD, promptsIn(body))
  return {
    model,
    stream: body['stream'] === true,
    outputCap: numberIn(body, 'max_tokens'),
    defaultOutput: DEFAULT_OUTPUT_CAP,
    choices: answersPerPrompt(body) * promptsIn(body),
    inputUpperTokens: size.upperTokens,
    inputEstimateTokens: size.estimateTokens,
    audio: false,
    tools: [],
  }
}

const promptsIn = (body: JsonObject): number => countPrompts(body['prompt'])

/** All of `best_of` are generated and billed, only `n` of them come back. */
function answersPerPrompt(body: JsonObject): number {
  return Math.max(numberIn(body, 'n') ?? 1, numberIn(body, 'best_of') ?? 1)
}

function choiceConflict(body: JsonObject): Fault | null {
  const n = numberIn(body, 'n') ?? 1
  const bestOf = numberIn(body, 'best_of')
  if (bestOf === null) return null
  if (bestOf < n) return { path: ['best_of'], detail: 'must not be less than n' }
  if (bestOf > 1 && body['stream'] === true) {
    return { path: ['best_of'], detail: 'must be 1 in a stream' }
  }
  return null
}
