// Chat completions: plain, as a stream of paced chunks, and as a stream as fast as it can be written.
import {
  type AnswerKind,
  chatRequest,
  PACE_MS,
  replyBytes,
  STREAM_CHUNKS,
  streamChunks,
} from './answers.ts'
import type { Ask, Suite, Workload } from './suite.ts'

const DONE = 'data: [DONE]\n\n'

const json = ask('json')
const paced = ask('paced')
const burst = ask('burst')

const workloads: readonly Workload[] = [
  { name: 'JSON, 1 connection', ask: json, connections: 1 },
  { name: 'JSON, 16', ask: json, connections: 16 },
  { name: 'JSON, 64', ask: json, connections: 64 },
  { name: 'SSE 10 ms apart, 16', ask: paced, connections: 16 },
  { name: 'SSE 10 ms apart, 64', ask: paced, connections: 64 },
  { name: 'SSE back to back, 16', ask: burst, connections: 16 },
]

export const llm: Suite = {
  upstream: 'upstream.ts',
  bindings: (upstreamUrl) => ({
    UPSTREAM_OPENAI_URL: upstreamUrl,
    UPSTREAM_OPENAI_KEY: 'bench-upstream-key',
  }),
  prepare: async () => 0,
  workloads,
  warmUps: [
    { name: 'warm-up', ask: json, connections: 16 },
    { name: 'warm-up', ask: burst, connections: 4 },
  ],
  counted: { JSON: json, SSE: burst },
  answer,
}

function ask(kind: AnswerKind): Ask {
  const body = JSON.stringify(chatRequest(kind))
  const expect =
    kind === 'json'
      ? { minBytes: replyBytes.length, end: '}' }
      : { minBytes: Buffer.concat([...streamChunks(false)]).length, end: DONE }
  const answerSeconds = kind === 'paced' ? (STREAM_CHUNKS * PACE_MS) / 1_000 : 0
  return { method: 'POST', path: '/v1/chat/completions', body, expect, answerSeconds }
}

async function answer(request: Request): Promise<Response> {
  const body = await request.text()
  if (!body.includes('"stream":true')) {
    return new Response(replyBytes.toString(), { headers: { 'content-type': 'application/json' } })
  }
  const stream = Buffer.concat([...streamChunks(true)]).toString()
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
}
