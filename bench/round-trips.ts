// Counts what the gateway asks of its store for one request, once it is warm. From outside that
// cannot be seen, so the gateway runs here, in this process, on a store that counts.
import { createApp } from '../src/app.ts'
import { buildGateway } from '../src/gateway.ts'
import { createMemoryStore } from '../src/store/memory.ts'
import config from '../tollgate.config.ts'
import type { Ask, Suite } from './suite.ts'
import { ADMIN_TOKEN, createTenant, KEY_PEPPERS } from './tenant.ts'

const REQUESTS = 50

/** Store calls of one request of each kind that the suite counts: `JSON admit 1, settle 1; ...`. */
export async function countRoundTrips(suite: Suite): Promise<string> {
  const counts = new Map<string, number>()
  const pending: Promise<unknown>[] = []
  const app = createCountedApp(suite, counts)
  const context = {
    waitUntil: (work: Promise<unknown>) => void pending.push(work),
    passThroughOnException: () => undefined,
    props: {},
  }
  const call = async (path: string, init: RequestInit) =>
    app.fetch(new Request(`http://bench.invalid${path}`, init), {}, context)
  const key = await createTenant(call)
  await suite.prepare(call, key)
  const send = async ({ method, path, body }: Ask): Promise<void> => {
    const answer = await call(path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body,
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`the gateway answered ${answer.status}: ${text}`)
    while (pending.length > 0) await Promise.all(pending.splice(0))
  }
  const told: string[] = []
  for (const [name, ask] of Object.entries(suite.counted)) {
    await send(ask)
    counts.clear()
    for (let sent = 0; sent < REQUESTS; sent += 1) await send(ask)
    const each = [...counts].map(([type, times]) => `${type} ${times / REQUESTS}`)
    told.push(`${name} ${each.join(', ')}`)
  }
  return told.join('; ')
}

function createCountedApp(suite: Suite, counts: Map<string, number>): ReturnType<typeof createApp> {
  const namespace = { idFromName: () => undefined }
  const built = buildGateway(config, {
    ADMIN_TOKEN,
    KEY_PEPPERS,
    ...suite.bindings('http://upstream.invalid'),
    ACCOUNTS: namespace,
    DIRECTORY: namespace,
    THROTTLE: namespace,
  })
  if (!built.ok) throw new Error(built.errors.join('\n'))
  const { gateway } = built
  const memory = createMemoryStore(gateway.clock)
  return createApp({
    ...gateway,
    fetch: (url, init) => suite.answer(new Request(url, init)),
    store: {
      ...memory,
      run(tenant, command) {
        counts.set(command.type, (counts.get(command.type) ?? 0) + 1)
        return memory.run(tenant, command)
      },
    },
  })
}
