// A Redis that stops, dies, comes back with all, with less, or with nothing.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { accountKeys } from '../../src/store/redis/keys.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { nanoUsd, waitFor } from '../support/admin-client.ts'
import { chat } from '../support/call-gateway.ts'
import { crowd } from '../support/crowd.ts'
import { invoice } from '../support/oracle.ts'
import { RedisCommands } from '../support/redis-commands.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { type RunningGateway, startGateway } from '../support/start-gateway.ts'
import { startTestBridge, type TestBridge } from '../support/test-bridge.ts'
import { startTestUpstream, type TestUpstream } from '../support/test-upstream.ts'

const INSTANCES = 2

describe.runIf(inject('store') === 'redis')('a Redis that', () => {
  let folder: string
  let redis: RedisServer
  let bridge: TestBridge
  let upstream: TestUpstream
  let gateway: RunningGateway

  const startRedis = (port?: number): Promise<RedisServer> => {
    const kept = ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always']
    return startRedisServer({ settings: kept, ...(port !== undefined && { port }) })
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tollgate-redis-loss-'))
    redis = await startRedis()
    bridge = await startTestBridge(redis.url)
    upstream = await startTestUpstream()
    gateway = await startGateway({
      upstreamUrl: upstream.url,
      instances: INSTANCES,
      bindings: {
        UPSTASH_REDIS_REST_URL: bridge.url,
        UPSTASH_REDIS_REST_TOKEN: bridge.token,
        STORE_DEADLINE_MS: '3000',
      },
    })
  })
  afterEach(async () => {
    await gateway.stop()
    await upstream.stop()
    await bridge.close()
    await redis.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function ask(key: string, id: string, index = 0): Promise<number> {
    const answer = await chat(gateway.urls[index % INSTANCES] ?? '', key, { script: { id } })
    await answer.text()
    return answer.status
  }

  const answersAgain = (key: string, id: string) =>
    waitFor('an answer', async () => ((await ask(key, id)) === 200 ? true : null), 20_000)

  it('stands still for a while has lost nothing', { timeout: 60_000 }, async () => {
    const { id, key } = await gateway.admin.createTenant()
    const under = crowd(60, 8, async (index) => {
      if (index === 20) redis.process.kill('SIGSTOP')
      return ask(key, id, index)
    })
    await pause(1_500)
    redis.process.kill('SIGCONT')
    const statuses = await under
    expect(new Set(statuses).has(200)).toBe(true)
    await answersAgain(key, id)
    const usage = await gateway.admin.quiet(id, 30_000)
    expect(nanoUsd(usage.total.cost_usd)).toBe(invoice(upstream.log.calls))
  })

  it(
    'dies and starts again with all it has confirmed keeps the books right',
    { timeout: 60_000 },
    async () => {
      const { id, key } = await gateway.admin.createTenant()
      const under = crowd(120, 8, (index) => ask(key, id, index))
      await waitFor('some requests', () => (upstream.log.of(id).length > 30 ? true : null))
      const { port } = redis
      await redis.stop()
      redis = await startRedis(port)
      await under
      await answersAgain(key, id)
      const usage = await gateway.admin.quiet(id, 30_000)
      expect(nanoUsd(usage.total.cost_usd)).toBe(invoice(upstream.log.calls))
      const seqs = (await gateway.admin.ledger(id)).map(({ seq }) => seq)
      expect(seqs).toEqual(seqs.map((_, at) => at + 1))
    },
  )

  it('has lost a hold is charged for it all the same, once', { timeout: 60_000 }, async () => {
    const { id, key } = await gateway.admin.createTenant()
    await ask(key, id)
    await gateway.admin.quiet(id)
    // A replica takes over that has not heard of the next admission.
    const commands = new RedisCommands(bridge.redis)
    const keys = Object.values(accountKeys(TenantId.parse(id)))
    for (const name of keys) await commands.send('COPY', name, `${name}:replica`)
    const slow = chat(gateway.url, key, { script: { id, delayMs: 1_000 } })
    await waitFor('the call', () => (upstream.log.of(id).length === 2 ? true : null))
    for (const name of keys) {
      const had = await commands.send('COPY', `${name}:replica`, name, 'REPLACE')
      if (had === 0) await commands.send('DEL', name)
    }
    expect((await slow).status).toBe(200)
    const lost = await waitFor('the charge', async () => {
      const entries = await gateway.admin.ledger(id)
      return entries.find(({ kind }) => kind === 'hold_lost') ?? null
    })
    const [, call] = upstream.log.of(id)
    expect(nanoUsd(lost.cost_usd)).toBe(invoice(call === undefined ? [] : [call]))
  })

  it('was emptied answers nobody and spends nothing', { timeout: 60_000 }, async () => {
    const { id, key } = await gateway.admin.createTenant()
    await ask(key, id)
    await gateway.admin.quiet(id)
    await new RedisCommands(bridge.redis).send('FLUSHALL')
    const served = upstream.log.of(id).length
    const statuses = await crowd(20, 4, (index) => ask(key, id, index))
    expect(new Set(statuses)).toEqual(new Set([503]))
    expect(upstream.log.of(id)).toHaveLength(served)
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503)
  })
})
