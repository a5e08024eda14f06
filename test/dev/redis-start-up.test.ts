// `npm run dev` with its accounts in a Redis, a cluster, or whatever speaks Upstash's REST API.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import { AdminClient, waitFor } from '../support/admin-client.ts'
import { archivedEarlier } from '../support/earlier.ts'
import { hasRedis, startRedisCluster, startRedisServer } from '../support/redis-server.ts'
import { freePort, isFree, startUp, type StartUp, withFolder } from '../support/start-up.ts'
import { startTestBridge } from '../support/test-bridge.ts'

const DAY_MS = 86_400_000
const running: StartUp[] = []
const cleanup: (() => Promise<void>)[] = []

async function start(folder: string, environment: Record<string, string>, port = 0) {
  const args = ['--port', `${port}`]
  const started = startUp(folder, { args, environment, through: port === 0 ? 'node' : 'npm' })
  running.push(started)
  const url = (await started.ready()).slice('ready '.length)
  return { started, url, admin: new AdminClient(url, 'dev-admin') }
}

async function end(started: StartUp): Promise<void> {
  started.kill('SIGTERM')
  await started.exited
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(end))
  for (const step of cleanup.splice(0).toReversed()) await step()
})

async function chat(url: string, key: string) {
  const openai = new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'x' }]
  return openai.chat.completions.create({ model: 'gpt-4o-mini', messages })
}

describe.skipIf(!hasRedis)('npm run dev with accounts elsewhere', { timeout: 60_000 }, () => {
  it.each([
    ['a Redis with a password', () => startRedisServer({ password: 'redis-canary' })],
    ['a cluster', () => startRedisCluster()],
  ])('keeps them in %s over a restart, and ends at once', async (_where, startRedis) => {
    const redis = await startRedis()
    cleanup.push(() => redis.stop())
    await withFolder(async (folder) => {
      const port = await freePort()
      const first = await start(folder, { REDIS_URL: redis.url }, port)
      const { id, key } = await first.admin.createTenant()
      await chat(first.url, key)
      const before = await first.admin.quiet(id)
      expect(before.total.requests).toBe(1)
      expect(first.started.stdout()).toMatch(/^accounts +Redis at 127\.0\.0\.1:\d+$/m)
      const endedAtMs = Date.now()
      await end(first.started)
      await waitFor('the port to be free', async () => ((await isFree(port)) ? true : null))
      expect(Date.now() - endedAtMs).toBeLessThan(2_000)

      const second = await start(folder, { REDIS_URL: redis.url })
      expect((await second.admin.usage(id)).total).toEqual(before.total)
      await chat(second.url, key)
      expect((await second.admin.quiet(id)).total.requests).toBe(2)
      const printed = [first, second].map(({ started }) => started.stdout() + started.stderr())
      expect(printed.join('') + readFileSync(join(folder, 'workerd.capnp'), 'utf8')).not.toContain('redis-canary') // prettier-ignore
    })
  })

  it('fires the cron trigger by itself: what is due is purged though nobody asks', async () => {
    const redis = await startRedisServer()
    cleanup.push(() => redis.stop())
    const bridge = await startTestBridge(redis.url)
    cleanup.push(() => bridge.close())
    await archivedEarlier(bridge, 'over', 2 * DAY_MS)
    await archivedEarlier(bridge, 'not-yet', DAY_MS - 60_000)
    await withFolder(async (folder) => {
      const { started, admin } = await start(folder, { REDIS_URL: redis.url })
      const isThere = async (id: string) => (await admin.request('GET', `/tenants/${id}`)).status
      await waitFor('the purge', async () => ((await isThere('over')) === 404 ? true : null))
      expect(await isThere('not-yet')).toBe(200)
      expect(started.stderr()).toBe('')
    })
  })

  it('refuses calls with 503 while the Redis is gone, and still ends at once', async () => {
    const redis = await startRedisServer()
    await withFolder(async (folder) => {
      const { started, url, admin } = await start(folder, { REDIS_URL: redis.url })
      const { key } = await admin.createTenant()
      await chat(url, key)
      await redis.stop()
      await expect(chat(url, key)).rejects.toMatchObject({ status: 503 })
      const endedAtMs = Date.now()
      await end(started)
      expect(Date.now() - endedAtMs).toBeLessThan(2_000)
    })
  })

  it('takes an endpoint of Upstash’s kind as it is given, and what its scripts lock', async () => {
    const redis = await startRedisServer()
    const bridge = await startTestBridge(redis.url)
    cleanup.push(() => redis.stop(), () => bridge.close()) // prettier-ignore
    await withFolder(async (folder) => {
      const environment = {
        UPSTASH_REDIS_REST_URL: bridge.url,
        UPSTASH_REDIS_REST_TOKEN: bridge.token,
        REDIS_LOCKS: 'keys',
      }
      const { url, admin, started } = await start(folder, environment)
      const { id, key } = await admin.createTenant()
      await chat(url, key)
      expect((await admin.quiet(id)).total.requests).toBe(1)
      expect(bridge.calls.get('admit')).toBeGreaterThan(0)
      expect(started.stdout()).toMatch(/^accounts +Upstash Redis$/m)
      expect(started.stdout() + started.stderr()).not.toContain(bridge.token)
    })
  })

  it('says why a Redis that evicts is not used', async () => {
    const settings = ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']
    const redis = await startRedisServer({ settings })
    cleanup.push(() => redis.stop())
    await withFolder(async (folder) => {
      const environment = { REDIS_URL: redis.url }
      const started = startUp(folder, { args: ['--port', '0'], environment })
      running.push(started)
      expect(await started.exited).toBe(1)
      expect(started.stderr()).toMatch(/not ready[^]*noeviction/)
    })
  })
})
