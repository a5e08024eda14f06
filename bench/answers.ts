// The question and its answer: a chat completion of about 1 KB, and the same kind of answer as 50
// chunks of an event stream. The upstream's bytes are made once, so that it costs next to nothing.
import type { Answer } from '../dev/answers/answer.ts'
import { chatFrames, chatReply, DONE, usage } from '../dev/answers/openai.ts'

/** One reply; a stream with 10 ms between its chunks; a stream as fast as it can be written. */
export type AnswerKind = 'json' | 'paced' | 'burst'

export const PACE_MS = 10
/** All of a stream's chunks, the opening one, the closing one and `[DONE]` among them. */
export const STREAM_CHUNKS = 50
/** In the prompt, because a gateway passes that on and adds nothing to it. */
export const PACED_PROMPT = 'Count slowly, please.'

const MODEL = 'gpt-4o-mini'
const INPUT_TOKENS = 12
const FRAMES_AROUND_PIECES = 3
const REPLY_PIECES = 105

export function chatRequest(kind: AnswerKind): object {
  return {
    model: MODEL,
    messages: [{ role: 'user', content: kind === 'paced' ? PACED_PROMPT : 'Count, please.' }],
    max_tokens: 200,
    ...(kind !== 'json' && { stream: true }),
  }
}

export const replyBytes: Buffer = Buffer.from(JSON.stringify(chatReply(answer(REPLY_PIECES))))

/** Each a write of its own. With the usage asked for there is one more, as OpenAI does it. */
export function streamChunks(includeUsage: boolean): readonly Buffer[] {
  const frames = chatFrames(answer(STREAM_CHUNKS - FRAMES_AROUND_PIECES), includeUsage)
  return [...frames, DONE].map(({ data }) => Buffer.from(`data: ${data}\n\n`))
}

function answer(pieces: number): Answer {
  return {
    id: 'chatcmpl-BenchBenchBenchBench',
    model: `${MODEL}-2024-07-18`,
    createdAtS: 1_700_000_000,
    pieces: Array.from({ length: pieces }, () => ' count'),
    choices: 1,
    ended: 'said all',
    usage: usage(INPUT_TOKENS, pieces),
  }
}
