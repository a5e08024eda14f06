// Redis gone, in each way in which it can be: nobody gets anything for nothing, everybody is told at
// once, and all goes on as soon as it is back.
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import { waitFor } from '../support/admin-client.ts'
import type { BridgeFault } from '../support/bridge-faults.ts'
import { chat } from '../support/call-gateway.ts'
import { crowd } from '../support/crowd.ts'
import { useGateway } from '../support/stage-set.ts'
import { bridgeOf } from '../support/store-faults.ts'

const INSTANCES = 4
const REQUESTS = 40
const TOLD_WITHIN_MS = 1_500
const BACK_WITHIN_MS = 5_000

const slow: BridgeFault = { kind: 'delay', wait: () => pause(2_000) }
const OUTAGES: readonly (readonly [string, BridgeFault])[] = [
  ['drops connections', { kind: 'drop_before' }],
  ['breaks off answers', { kind: 'truncated' }],
  ['hangs', { kind: 'hang', executed: false }],
  ['hangs after executing', { kind: 'hang', executed: true }],
  ['takes two seconds', slow],
  ['refuses by status', { kind: 'status', status: 500 }],
  ['is loading', { kind: 'redis_error', code: 'LOADING' }],
  ['is read-only', { kind: 'redis_error', code: 'READONLY' }],
  ['is out of memory', { kind: 'redis_error', code: 'OOM' }],
  ['answers nonsense', { kind: 'wrong_type' }],
  ["answers with another request's reply", { kind: 'another_reply' }],
]

describe.runIf(inject('store') === 'redis')('while Redis', () => {
  const set = useGateway({ instances: INSTANCES, bindings: { STORE_DEADLINE_MS: '1000' } })

  it.each(OUTAGES)('%s', { timeout: 120_000 }, async (_, fault) => {
    const { gateway, upstream } = set
    const bridge = bridgeOf(set)
    const { id, key } = await gateway.admin.createTenant()
    const ask = async (index: number) => {
      const sentAtMs = performance.now()
      const answer = await chat(gateway.urls[index % INSTANCES] ?? '', key, { script: { id } })
      await answer.text()
      const tookMs = performance.now() - sentAtMs
      return { status: answer.status, tookMs, retryAfter: answer.headers.get('retry-after') }
    }
    expect(new Set((await crowd(8, 8, ask)).map(({ status }) => status))).toEqual(new Set([200]))
    await gateway.admin.quiet(id)
    const served = upstream.log.of(id).length

    bridge.setPlan(() => fault)
    const answers = await crowd(REQUESTS, 8, ask)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    expect(answers.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true)
    expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(TOLD_WITHIN_MS)
    expect(upstream.log.of(id)).toHaveLength(served)

    bridge.setPlan(() => null)
    const healedAtMs = performance.now()
    await waitFor('an answer on every instance', async () => {
      const all = await Promise.all(gateway.urls.map((_url, index) => ask(index)))
      return all.every(({ status }) => status === 200) ? all : null
    })
    expect(performance.now() - healedAtMs).toBeLessThan(BACK_WITHIN_MS)
    const usage = await gateway.admin.quiet(id, 30_000)
    expect(usage.total.requests).toBe(upstream.log.of(id).length)
  })

  it(
    'has forgotten its scripts, again and again: nobody notices',
    { timeout: 60_000 },
    async () => {
      const { gateway, upstream, store } = set
      const { id, key } = await gateway.admin.createTenant()
      let flushed: Promise<unknown> = Promise.resolve()
      const flushing = setInterval(() => {
        flushed = store.redis?.resp.send('SCRIPT', 'FLUSH') ?? flushed
      }, 100)
      const statuses = await crowd(150, 8, async (index) => {
        const answer = await chat(gateway.urls[index % INSTANCES] ?? '', key, { script: { id } })
        await answer.text()
        return answer.status
      })
      clearInterval(flushing)
      await flushed
      expect(new Set(statuses)).toEqual(new Set([200]))
      const usage = await gateway.admin.quiet(id)
      expect(usage.total.requests).toBe(150)
      expect(upstream.log.of(id)).toHaveLength(150)
    },
  )
})
