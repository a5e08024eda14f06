import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { chat, messages } from '../support/call-gateway.ts'
import { crowd } from '../support/crowd.ts'
import type { Operation } from '../support/operation-trace.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway({ traced: true })

/** The trace is written behind; this is the only wait for what must NOT come. */
const SETTLED_MS = 300

/** What `ask` made the Worker ask of store and upstream, settlement included. */
async function operationsOf(ask: () => Promise<Response>): Promise<Operation[]> {
  await pause(SETTLED_MS)
  await set.gateway.operations()
  await (await ask()).text()
  await pause(SETTLED_MS)
  return set.gateway.operations()
}

describe('the warm path', () => {
  it.each([
    ['a plain chat', chat, false],
    ['a streamed chat', chat, true],
    ['a plain message', messages, false],
    ['a streamed message', messages, true],
  ] as const)('of %s: one store call, the upstream, one store call', async (_, ask, stream) => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({
      limits: { requests_per_minute: 100, tokens_per_minute: 99_000, usd_per_day: '9.00' },
    })
    await (await ask(url, key)).text()
    const operations = await operationsOf(() => ask(url, key, { stream }))
    expect(operations).toEqual(['store call', 'upstream call', 'store call'])
  })

  it('of a request over its limit: one store call, and no upstream', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({ limits: { requests_per_minute: 1 } })
    for (const _ of [1, 2]) await (await chat(url, key)).text()
    expect(await operationsOf(() => chat(url, key))).toEqual(['store call'])
  })

  it('of a forbidden model: one store call, which confirms it, and no upstream', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({ policy: { allowed_models: ['gpt-4o-mini'] } })
    const body = { model: 'gpt-4o' }
    // Twice: Redis must know the script that confirms.
    for (const model of ['gpt-4o-mini', 'gpt-4o']) await chat(url, key, { body: { model } })
    expect(await operationsOf(() => chat(url, key, { body }))).toEqual(['store call'])
  })
})

describe('a credential', () => {
  it('that is malformed or mistyped costs no store call, 500 times', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant()
    const mistyped = Array.from({ length: 500 }, (_, at) => {
      const place = 3 + (at % (key.length - 3))
      return `${key.slice(0, place)}${key[place] === 'a' ? 'b' : 'a'}${key.slice(place + 1)}`
    })
    await pause(SETTLED_MS)
    await set.gateway.operations()
    const statuses = await crowd(mistyped.length, 16, async (at) => {
      const answer = await chat(url, mistyped[at] ?? '')
      await answer.text()
      return answer.status
    })
    await pause(SETTLED_MS)
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(await set.gateway.operations()).toEqual([])
  })

  it('that is new to the gateway costs one store call more, once', async () => {
    const { url, admin } = set.gateway
    // A tenant before, so that Redis knows every script that is used.
    await (await chat(url, (await admin.createTenant()).key)).text()
    const { key } = await admin.createTenant()
    const cold = await operationsOf(() => chat(url, key))
    expect(cold.indexOf('upstream call')).toBe(2)
    const warm = await operationsOf(() => chat(url, key))
    expect(warm.indexOf('upstream call')).toBe(1)
  })
})
