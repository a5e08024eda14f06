// Calls of the data plane without an SDK between, where a test looks at bytes and headers.
import { scripted, type ScriptInput } from './upstream-script.ts'

export interface ChatOptions {
  readonly stream?: boolean
  readonly script?: ScriptInput
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** `POST /v1/chat/completions` with a script for the upstream. */
export function chat(url: string, key: string, options: ChatOptions = {}): Promise<Response> {
  const { stream, script = {}, body, headers, signal } = options
  return post(`${url}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
    body: {
      model: 'gpt-4o-mini',
      max_tokens: 50,
      messages: [{ role: 'user', content: scripted(script) }],
      ...(stream && { stream: true }),
      ...body,
    },
    ...(signal && { signal }),
  })
}

export function messages(url: string, key: string, options: ChatOptions = {}): Promise<Response> {
  const { stream, script = {}, body, headers, signal } = options
  return post(`${url}/anthropic/v1/messages`, {
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01', ...headers },
    body: {
      model: 'claude-haiku-4-5',
      max_tokens: 50,
      messages: [{ role: 'user', content: scripted(script) }],
      ...(stream && { stream: true }),
      ...body,
    },
    ...(signal && { signal }),
  })
}

interface PostOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly body: object | string
  readonly signal?: AbortSignal
}

export function post(url: string, { headers, body, signal }: PostOptions): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal && { signal }),
  })
}
