// Anthropic's words around an answer: messages, their event stream, errors.
import type { Answer, Frame } from './answer.ts'

export function usage(input: number, output: number): object {
  return {
    input_tokens: input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: output,
    service_tier: 'standard',
  }
}

export function messageReply(answer: Answer): object {
  return {
    ...envelope(answer),
    content: [{ type: 'text', text: answer.pieces.join('') }],
    stop_reason: stopReason(answer),
    usage: answer.usage,
  }
}

/**
 * The whole stream. `opening` is the usage told in `message_start`, as the real API tells the input
 * at once; the answer's own usage comes in `message_delta`, where it is cumulative.
 */
export function messageFrames(answer: Answer, opening: unknown): Frame[] {
  return [
    frame('message_start', {
      message: { ...envelope(answer), content: [], stop_reason: null, usage: opening },
    }),
    frame('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    frame('ping', {}),
    ...answer.pieces.map((text) =>
      frame('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    ),
    frame('content_block_stop', { index: 0 }),
    frame('message_delta', {
      delta: { stop_reason: stopReason(answer), stop_sequence: null },
      usage: answer.usage,
    }),
    frame('message_stop', {}),
  ]
}

export function errorBody(message: string, type: string): object {
  return { type: 'error', error: { type, message }, request_id: 'req_upstream' }
}

export function errorFrame(message: string, type: string): Frame {
  return frame('error', { error: { type, message } })
}

function frame(event: string, members: object): Frame {
  return { event, data: JSON.stringify({ type: event, ...members }) }
}

function envelope(answer: Answer): object {
  return {
    id: answer.id,
    type: 'message',
    role: 'assistant',
    model: answer.model,
    stop_sequence: null,
  }
}

function stopReason(answer: Answer): string {
  return answer.ended === 'said all' ? 'end_turn' : 'max_tokens'
}
