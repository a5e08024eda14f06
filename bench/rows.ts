// Who is measured, as data. Another store of Tollgate's is another row with other bindings.
import * as z from 'zod'
import { buildWorker } from '../build/build.ts'
import { startWorkerd } from '../dev/workerd.ts'
import { hasRedis } from '../test/support/redis-server.ts'
import { Child } from './child.ts'
import type { Place, Row, Target } from './row.ts'
import { serveSmallWorker } from './serve.ts'
import { ADMIN_TOKEN, type Call, createTenant, KEY_PEPPERS, settledTotal } from './tenant.ts'

const START_MS = 10_000
const Bridge = z.object({ url: z.string(), token: z.string() })

/** What the others are compared with. */
export const BASELINE = 'bare Hono worker'

export const rows: readonly Row[] = [
  {
    name: 'direct, no gateway',
    start: ({ upstreamUrl }) => Promise.resolve({ url: upstreamUrl, pid: null, key: null }),
  },
  { name: BASELINE, start: (place) => serveSmallWorker(place, { file: 'bare.ts' }) },
  {
    name: 'bare + 2 empty object calls',
    start: (place) => serveSmallWorker(place, { file: 'objects.ts', objectClass: 'EmptyObject' }),
  },
  {
    name: 'bare + 2 durable row changes',
    start: (place) => serveSmallWorker(place, { file: 'objects.ts', objectClass: 'RowObject' }),
  },
  { name: 'Tollgate, Durable Object store', start: (place) => startTollgate(place, {}) },
  ...(hasRedis ? [{ name: 'Tollgate, Redis store', start: startOnRedis }] : []),
]

async function startOnRedis(place: Place): Promise<Target> {
  const redis = new Child('redis.ts')
  place.onStarted(() => redis.stop('SIGTERM'))
  const { url, token } = Bridge.parse(await redis.hear(START_MS))
  return startTollgate(place, { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token })
}

async function startTollgate(
  place: Place,
  bindings: Readonly<Record<string, string>>,
): Promise<Target> {
  const workerd = await startWorkerd({
    folder: place.folder,
    workerPath: await buildWorker({ minify: true }),
    addresses: ['127.0.0.1:0'],
    bindings: {
      ADMIN_TOKEN,
      KEY_PEPPERS,
      ...place.suite.bindings(place.upstreamUrl),
      ...bindings,
    },
    onOutput: place.onOutput,
  })
  place.onStarted(() => workerd.stop())
  const [url = ''] = workerd.urls
  const call: Call = (path, init) => fetch(url + path, init)
  const key = await createTenant(call)
  const prepared = await place.suite.prepare(call, key)
  return { url, pid: workerd.pid, key, prepared, settled: () => settledTotal(call) }
}
