// Answers of each generating operation, whole and as a stream. Written by hand after the documented
// shapes of the APIs and of servers that speak them; they are not recordings.
import type { Usage } from '../../../src/price/usage.ts'

export interface AnswerFixture {
  readonly title: string
  readonly adapter: 'openai' | 'anthropic'
  readonly operation: string
  readonly body: object
  readonly reply: unknown
  readonly stream: string
  readonly usage: Partial<Usage>
  readonly modelServed: string
  readonly text: string
}

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`
const DONE = 'data: [DONE]\n\n'
const event = (type: string, rest: object = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`

const messages = [{ role: 'user', content: 'hello' }]

const chatUsage = {
  prompt_tokens: 120,
  completion_tokens: 30,
  total_tokens: 150,
  prompt_tokens_details: { cached_tokens: 64, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 12, audio_tokens: 0 },
}
const chunk = (rest: object) =>
  data({ id: 'c', object: 'chat.completion.chunk', model: 'gpt-4o-2024-08-06', ...rest })
const content = (text: string, finish_reason: string | null = null) => [
  { index: 0, delta: { content: text }, finish_reason },
]

const anthropicUsage = {
  input_tokens: 20,
  cache_read_input_tokens: 1_000,
  cache_creation_input_tokens: 300,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
}

export const ANSWERS: readonly AnswerFixture[] = [
  {
    title: 'OpenAI chat with cached input and reasoning',
    adapter: 'openai',
    operation: 'chat.completions',
    body: { messages, stream: true },
    reply: {
      object: 'chat.completion',
      model: 'gpt-4o-2024-08-06',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Hi there' }, finish_reason: 'stop' },
      ],
      usage: chatUsage,
      service_tier: 'default',
    },
    stream:
      chunk({ choices: content('Hi '), usage: null }) +
      chunk({ choices: content('there', 'stop'), usage: null }) +
      chunk({ choices: [], usage: chatUsage }) +
      DONE,
    usage: { inputTokens: 120, cacheReadTokens: 64, outputTokens: 30, reasoningTokens: 12 },
    modelServed: 'gpt-4o-2024-08-06',
    text: 'Hi there',
  },
  {
    title: 'Azure, whose first frame has no choices and no usage',
    adapter: 'openai',
    operation: 'chat.completions',
    body: { messages, stream: true },
    reply: {
      model: 'gpt-4o-2024-08-06',
      prompt_filter_results: [{ prompt_index: 0 }],
      choices: [{ index: 0, message: { content: 'Hi' }, content_filter_results: {} }],
      usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
    },
    stream:
      data({ model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] }) +
      chunk({ choices: content('Hi', 'stop') }) +
      chunk({ choices: [{ index: 0, delta: {}, content_filter_results: {} }] }) +
      chunk({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 } }) +
      DONE,
    usage: { inputTokens: 9, outputTokens: 1 },
    modelServed: 'gpt-4o-2024-08-06',
    text: 'Hi',
  },
  {
    title: 'vLLM with running totals in every chunk',
    adapter: 'openai',
    operation: 'chat.completions',
    body: { messages, stream: true },
    reply: {
      model: 'gpt-4o-2024-08-06',
      choices: [{ index: 0, message: { content: 'abc' } }],
      usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
    },
    stream:
      [1, 2, 3]
        .map((completion_tokens) =>
          chunk({
            choices: content(
              'abc'.charAt(completion_tokens - 1),
              completion_tokens === 3 ? 'stop' : null,
            ),
            usage: { prompt_tokens: 5, completion_tokens, total_tokens: 5 + completion_tokens },
          }),
        )
        .join('') + DONE,
    usage: { inputTokens: 5, outputTokens: 3 },
    modelServed: 'gpt-4o-2024-08-06',
    text: 'abc',
  },
  {
    title: 'Mistral, whose last chunk tells the usage beside its answer',
    adapter: 'openai',
    operation: 'chat.completions',
    body: { messages, stream: true },
    reply: {
      model: 'mistral-small-2506',
      choices: [{ index: 0, message: { content: 'Oui' } }],
      usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
    },
    stream:
      data({ model: 'mistral-small-2506', choices: content('Ou') }) +
      data({
        model: 'mistral-small-2506',
        choices: content('i', 'stop'),
        usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
      }) +
      DONE,
    usage: { inputTokens: 7, outputTokens: 2 },
    modelServed: 'mistral-small-2506',
    text: 'Oui',
  },
  {
    title: 'an older completion',
    adapter: 'openai',
    operation: 'completions',
    body: { prompt: 'Once', stream: true },
    reply: {
      object: 'text_completion',
      model: 'gpt-3.5-turbo-instruct',
      choices: [{ index: 0, text: ' upon a time', finish_reason: 'length' }],
      usage: { prompt_tokens: 1, completion_tokens: 3, total_tokens: 4 },
    },
    stream:
      data({
        model: 'gpt-3.5-turbo-instruct',
        choices: [{ index: 0, text: ' upon', finish_reason: null }],
      }) +
      data({
        model: 'gpt-3.5-turbo-instruct',
        choices: [{ index: 0, text: ' a time', finish_reason: 'length' }],
      }) +
      data({
        model: 'gpt-3.5-turbo-instruct',
        choices: [],
        usage: { prompt_tokens: 1, completion_tokens: 3, total_tokens: 4 },
      }) +
      DONE,
    usage: { inputTokens: 1, outputTokens: 3 },
    modelServed: 'gpt-3.5-turbo-instruct',
    text: ' upon a time',
  },
  {
    title: 'Anthropic with a cache read, and written for both lives',
    adapter: 'anthropic',
    operation: 'messages',
    body: { messages, max_tokens: 100, stream: true },
    reply: {
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      content: [
        { type: 'thinking', thinking: 'Greet. ', signature: 'c2ln' },
        { type: 'text', text: 'Hello!' },
      ],
      stop_reason: 'end_turn',
      usage: {
        ...anthropicUsage,
        output_tokens: 25,
        output_tokens_details: { thinking_tokens: 15 },
        service_tier: 'standard',
      },
    },
    stream:
      event('message_start', {
        message: {
          model: 'claude-sonnet-4-5-20250929',
          content: [],
          usage: { ...anthropicUsage, output_tokens: 1, output_tokens_details: null },
        },
      }) +
      event('content_block_start', {
        index: 0,
        content_block: { type: 'thinking', thinking: '' },
      }) +
      event('ping') +
      event('content_block_delta', {
        index: 0,
        delta: { type: 'thinking_delta', thinking: 'Greet. ' },
      }) +
      event('content_block_delta', {
        index: 0,
        delta: { type: 'signature_delta', signature: 'c2ln' },
      }) +
      event('content_block_stop', { index: 0 }) +
      event('content_block_start', { index: 1, content_block: { type: 'text', text: '' } }) +
      event('content_block_delta', { index: 1, delta: { type: 'text_delta', text: 'Hello!' } }) +
      event('content_block_stop', { index: 1 }) +
      event('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: {
          input_tokens: null,
          cache_read_input_tokens: null,
          cache_creation_input_tokens: null,
          output_tokens: 25,
          output_tokens_details: { thinking_tokens: 15 },
        },
      }) +
      event('message_stop'),
    usage: {
      inputTokens: 1_320,
      cacheReadTokens: 1_000,
      cacheWrite5mTokens: 200,
      cacheWrite1hTokens: 100,
      outputTokens: 25,
      reasoningTokens: 15,
    },
    modelServed: 'claude-sonnet-4-5-20250929',
    text: 'Greet. Hello!',
  },
]
