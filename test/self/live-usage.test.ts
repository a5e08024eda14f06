// Usage as it is settled, over server-sent events: what a listener is told, and when it ends.
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { TenantId } from '../../src/tenant/slug.ts'
import { openAdmin } from '../admin/harness.ts'
import { admit, settle } from '../store/commands.ts'
import { type Admin, openIsolate } from './open-isolate.ts'

const ACME = TenantId.parse('acme')

/** A clock whose sleepers wake at once, each moving it on by what it has slept. */
function hurry(admin: Admin): void {
  admin.clock.after = ((ms: number, wake: () => void) => {
    setImmediate(() => {
      admin.clock.nowMs += ms
      wake()
    })
    return () => undefined
  }) as never
}

async function spend(admin: Admin, holdId: string): Promise<void> {
  const { version } = (await admin.send('GET', '/tenants/acme')).json.tenant
  const reply = await admin.store.run(ACME, admit(version, holdId, admin.clock.nowMs))
  if (reply.type !== 'admitted') throw new Error(reply.type)
  await admin.store.run(
    ACME,
    settle(reply.receipt, { inputTokens: 1, outputTokens: 2, nanoUsd: 300 }),
  )
}

async function listen(headers: Record<string, string> = {}) {
  const admin = openAdmin()
  const key = await admin.make('acme')
  hurry(admin)
  const isolate = openIsolate(admin)
  const open = async (more = headers) => {
    const response = await isolate.fetch('/tenant/usage/live', key, { headers: more })
    const reader = response.body!.getReader()
    const next = async () => {
      const { done, value } = await reader.read()
      return done ? null : new TextDecoder().decode(value)
    }
    return { response, reader, next }
  }
  return { admin, key, open }
}

describe('GET /tenant/usage/live', () => {
  it('tells each request once it is settled, with the sequence number as id', async () => {
    const { admin, open } = await listen()
    await spend(admin, 'before')
    const { response, next } = await open()
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(await next()).toBe('id: 3\nretry: 2000\n\n')
    await spend(admin, 'hold-1')
    const [id, event, data] = (await next())!.trimEnd().split('\n')
    expect([id, event]).toEqual(['id: 4', 'event: usage'])
    expect(JSON.parse(data!.slice('data: '.length))).toMatchObject({
      seq: 4,
      kind: 'settled',
      request_id: 'req-hold-1',
      total_tokens: 3,
      cost_usd: '0.0000003',
    })
  })

  it('goes on from the last event that the client has seen', async () => {
    const { admin, open } = await listen()
    for (const hold of ['a', 'b', 'c']) await spend(admin, hold)
    const { next } = await open({ 'last-event-id': '3' })
    await next()
    expect([...(await next())!.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(['4', '5'])
    expect((await open({ 'last-event-id': 'x' })).response.status).toBe(422)
  })

  it('says that it is still there, and ends by itself', async () => {
    const { admin, open } = await listen()
    const startMs = admin.clock.nowMs
    const { next } = await open()
    const all: (string | null)[] = []
    for (let text = await next(); text !== null; text = await next()) all.push(text)
    expect(all.filter((text) => text === ': still here\n\n').length).toBeGreaterThan(10)
    expect(all.at(-1)).toBe('event: end\ndata: {}\n\n')
    expect(admin.clock.nowMs - startMs).toBeLessThanOrEqual(302_000)
  })

  it.each([
    ['the tenant is suspended', (admin: Admin) => admin.send('POST', '/tenants/acme/suspend')],
    ['the store fails', async ({ store }: Admin) => void (store.lose = () => 'before')],
  ])('ends once %s', async (_, happen) => {
    const { admin, open } = await listen()
    const { next } = await open()
    await next()
    await happen(admin)
    expect(await next()).toBe('event: end\ndata: {}\n\n')
    expect(await next()).toBeNull()
  })

  it('asks the store nothing more once the client has left', async () => {
    const { admin, open } = await listen()
    const { reader, next } = await open()
    await next()
    const waiting = next()
    await pause(5)
    await reader.cancel()
    await waiting
    await pause(5)
    admin.store.calls.length = 0
    await pause(20)
    expect(admin.store.calls).toEqual([])
  })
})
