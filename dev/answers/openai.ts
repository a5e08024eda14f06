// OpenAI's words around an answer: chat completions, legacy completions, embeddings, models, errors.
import { Buffer } from 'node:buffer'
import type { Answer, Frame } from './answer.ts'

export const DONE: Frame = { data: '[DONE]' }

export function usage(input: number, output: number): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  }
}

export function chatReply(answer: Answer): object {
  return {
    ...head(answer, 'chat.completion'),
    choices: eachChoice(answer, (index) => ({
      index,
      message: { role: 'assistant', content: answer.pieces.join(''), refusal: null },
      logprobs: null,
      finish_reason: finishReason(answer),
    })),
    usage: answer.usage,
  }
}

/** Every frame but `[DONE]`. The usage chunk comes only when the caller asked for it. */
export function chatFrames(answer: Answer, includeUsage: boolean): Frame[] {
  const chunk = (choice: object): object => ({
    ...head(answer, 'chat.completion.chunk'),
    choices: [choice],
    ...(includeUsage && { usage: null }),
  })
  const choiceFrames = eachChoice(answer, (index) => [
    chunk({ index, delta: { role: 'assistant', content: '' }, finish_reason: null }),
    ...answer.pieces.map((content) => chunk({ index, delta: { content }, finish_reason: null })),
    chunk({ index, delta: {}, finish_reason: finishReason(answer) }),
  ])
  return withUsage(answer, 'chat.completion.chunk', includeUsage, choiceFrames.flat())
}

export function textReply(answer: Answer): object {
  return {
    ...head(answer, 'text_completion'),
    choices: eachChoice(answer, (index) => ({
      index,
      text: answer.pieces.join(''),
      logprobs: null,
      finish_reason: finishReason(answer),
    })),
    usage: answer.usage,
  }
}

/** As `chatFrames`, for the legacy completions. */
export function textFrames(answer: Answer, includeUsage: boolean): Frame[] {
  const chunk = (index: number, text: string, finish_reason: string | null): object => ({
    ...head(answer, 'text_completion'),
    choices: [{ index, text, logprobs: null, finish_reason }],
  })
  const choiceFrames = eachChoice(answer, (index) => [
    ...answer.pieces.map((text) => chunk(index, text, null)),
    chunk(index, '', finishReason(answer)),
  ])
  return withUsage(answer, 'text_completion', includeUsage, choiceFrames.flat())
}

/** Vectors are made of the text itself, so that equal texts are near one another and nothing is random. */
export function embeddingReply(
  model: string,
  vectors: readonly (readonly number[])[],
  encoding: 'float' | 'base64',
  input: number,
): object {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding:
        encoding === 'float'
          ? vector
          : Buffer.from(Float32Array.from(vector).buffer).toString('base64'),
    })),
    model,
    usage: { prompt_tokens: input, total_tokens: input },
  }
}

export function errorBody(message: string, type: string, code: string | null): object {
  return { error: { message, type, param: null, code } }
}

function head(answer: Answer, object: string): object {
  return { id: answer.id, object, created: answer.createdAtS, model: answer.model }
}

function withUsage(
  answer: Answer,
  object: string,
  includeUsage: boolean,
  chunks: readonly object[],
): Frame[] {
  const last = { ...head(answer, object), choices: [], usage: answer.usage }
  const all = includeUsage && answer.usage !== undefined ? [...chunks, last] : chunks
  return all.map((chunk) => ({ data: JSON.stringify(chunk) }))
}

function eachChoice<T>(answer: Answer, make: (index: number) => T): T[] {
  return Array.from({ length: answer.choices }, (_, index) => make(index))
}

function finishReason(answer: Answer): string {
  return answer.ended === 'said all' ? 'stop' : 'length'
}
