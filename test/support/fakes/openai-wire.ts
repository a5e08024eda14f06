// What an OpenAI upstream says, as JSON and as the frames of a stream.

export const MODEL = 'gpt-4o-mini'
/** Nano-USD a token of that model. */
export const INPUT_RATE = 150
export const OUTPUT_RATE = 600

export function usage(input: number, output: number) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
}

export function reply(text: string, input: number, output: number) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: MODEL,
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: usage(input, output),
  }
}

const frame = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`
const chunk = (choices: unknown[], rest: object = {}) =>
  frame({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: MODEL, choices, ...rest })

export const piece = (content: string) =>
  chunk([{ index: 0, delta: { content }, finish_reason: null }])
export const stop = () => chunk([{ index: 0, delta: {}, finish_reason: 'stop' }])
export const usageChunk = (input: number, output: number) =>
  chunk([], { usage: usage(input, output) })
export const errorFrame = (message: string) =>
  frame({ error: { message, type: 'server_error', param: null, code: 'server_is_overloaded' } })
export const DONE = 'data: [DONE]\n\n'

/** A whole stream: each piece, the finish, the usage, the end mark. */
export function wholeStream(pieces: readonly string[], input: number, output: number): string {
  return [...pieces.map(piece), stop(), usageChunk(input, output), DONE].join('')
}
