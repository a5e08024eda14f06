// Counts what the gateway asks of its store for one request, once it is warm. From outside that
// cannot be seen, so the gateway runs here, in this process, on a store that counts.
import { createApp } from '../src/app.ts'
import { buildGateway } from '../src/gateway.ts'
import { createMemoryStore } from '../src/store/memory.ts'
import config from '../tollgate.config.ts'
import { type AnswerKind, chatRequest, replyBytes, streamChunks } from './answers.ts'
import { ADMIN_TOKEN, createTenant, KEY_PEPPERS } from './tenant.ts'

const REQUESTS = 50

export interface RoundTrips {
  /** Store calls of all `REQUESTS`, by command: `admit 50, settle 50`. */
  readonly json: string
  readonly stream: string
}

export async function countRoundTrips(): Promise<RoundTrips> {
  const counts = new Map<string, number>()
  const pending: Promise<unknown>[] = []
  const app = createCountedApp(counts)
  const context = {
    waitUntil: (work: Promise<unknown>) => void pending.push(work),
    passThroughOnException: () => undefined,
    props: {},
  }
  const call = async (path: string, init: RequestInit) =>
    app.fetch(new Request(`http://bench.invalid${path}`, init), {}, context)
  const key = await createTenant(call)
  const ask = async (kind: AnswerKind): Promise<void> => {
    const answer = await call('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(chatRequest(kind)),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`the gateway answered ${answer.status}: ${text}`)
    await Promise.all(pending.splice(0))
  }
  const count = async (kind: AnswerKind): Promise<string> => {
    await ask(kind)
    counts.clear()
    for (let sent = 0; sent < REQUESTS; sent += 1) await ask(kind)
    return [...counts].map(([type, times]) => `${type} ${times / REQUESTS}`).join(', ')
  }
  return { json: await count('json'), stream: await count('burst') }
}

function createCountedApp(counts: Map<string, number>): ReturnType<typeof createApp> {
  const namespace = { idFromName: () => undefined }
  const built = buildGateway(config, {
    ADMIN_TOKEN,
    KEY_PEPPERS,
    UPSTREAM_OPENAI_KEY: 'bench-upstream-key',
    ACCOUNTS: namespace,
    DIRECTORY: namespace,
    THROTTLE: namespace,
  })
  if (!built.ok) throw new Error(built.errors.join('\n'))
  const { gateway } = built
  const memory = createMemoryStore(gateway.clock)
  return createApp({
    ...gateway,
    fetch: (url, init) => answerTo(new Request(url, init)),
    store: {
      ...memory,
      run(tenant, command) {
        counts.set(command.type, (counts.get(command.type) ?? 0) + 1)
        return memory.run(tenant, command)
      },
    },
  })
}

async function answerTo(request: Request): Promise<Response> {
  const body = await request.text()
  if (!body.includes('"stream":true')) {
    return new Response(replyBytes.toString(), { headers: { 'content-type': 'application/json' } })
  }
  const stream = Buffer.concat([...streamChunks(true)]).toString()
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
}
