import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyHasher } from '../../src/identify/api-key/pepper.ts'
import { repetitionSecrets } from '../../src/admin/repeat/secrets.ts'
import { seededBytes } from '../identify/seeded-bytes.ts'
import { openAdmin, statusesOf } from './harness.ts'
import type { Loss } from './watched-store.ts'

const DAY_MS = 86_400_000
const KEY = { 'idempotency-key': 'order-4711' }

/** Every POST that creates, with a body that passes. */
const CREATIONS: readonly [path: string, body: object][] = [
  ['/tenants', { id: 'globex', plan: 'pro' }],
  ['/tenants/acme/keys', { name: 'ci' }],
  ['/plans', { name: 'gold', features: { sso: true } }],
  ['/plans/move', { from: 'pro', to: 'starter' }],
]

async function openAcme() {
  const admin = openAdmin()
  await admin.make('acme', { plan: 'pro' })
  const count = async () => {
    const [tenants, keys, plans, jobs] = await Promise.all(
      ['/tenants', '/tenants/acme/keys', '/plans', '/jobs'].map(
        async (path) => (await admin.send('GET', path)).json,
      ),
    )
    const { length } = tenants?.tenants ?? []
    return [length, keys?.keys.length, plans?.plans.length, jobs?.jobs.length]
  }
  return { ...admin, count }
}

describe.each(CREATIONS)('POST %s with an Idempotency-Key', (path, body) => {
  it('repeated has the same answer, and is done once', async () => {
    const { send, count, quiet } = await openAcme()
    const first = await send('POST', path, body, KEY)
    const counted = await count()
    const again = await send('POST', path, body, KEY)
    expect([again.status, again.text]).toEqual([first.status, first.text])
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(await count()).toEqual(counted)
    await quiet()
  })

  it('is 422 with another body, and does nothing', async () => {
    const { send, count, quiet } = await openAcme()
    await send('POST', path, body, KEY)
    const counted = await count()
    const { status, json } = await send('POST', path, { ...body, name: 'another' }, KEY)
    expect([status, json.code]).toEqual([422, 'IdempotencyKeyReused'])
    expect(await count()).toEqual(counted)
    await quiet()
  })

  it('cut off at any call of the store and repeated is done once, with one answer', async () => {
    const whole = await openAcme()
    whole.store.calls.length = 0
    await whole.send('POST', path, body, KEY)
    const calls = whole.store.calls.length
    await whole.quiet()
    expect(calls).toBeGreaterThan(4)
    const losses: Loss[] = ['before', 'after']
    const cuts = losses.flatMap((loss) => Array.from({ length: calls }, (_, at) => ({ loss, at })))
    for (const { loss, at } of cuts) {
      const { send, count, store, quiet } = await openAcme()
      const before = await count()
      let made = 0
      store.lose = () => (made++ === at ? loss : null)
      const cut = await send('POST', path, body, KEY)
      await quiet()
      store.lose = () => null
      const answers = [await send('POST', path, body, KEY), await send('POST', path, body, KEY)]
      const status = path === '/plans/move' ? 202 : 201
      expect([at, loss, ...statusesOf(answers)]).toEqual([at, loss, status, status])
      expect(answers[1]?.text).toBe(answers[0]?.text)
      // A key that was told is the one that is told again.
      expect(answers[0]?.json.key).toBe(cut.json.key ?? answers[0]?.json.key)
      await quiet()
      const grown = (await count()).map((length, index) => (length ?? 0) - (before[index] ?? 0))
      expect([at, loss, grown.reduce((sum, each) => sum + each, 0)]).toEqual([at, loss, 1])
    }
  })

  it('from five sides at once is done once, with one answer', async () => {
    const { send, count, quiet } = await openAcme()
    const before = await count()
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => send('POST', path, body, KEY)))
    const [status] = statusesOf(answers)
    expect(statusesOf(answers)).toEqual([1, 2, 3, 4, 5].map(() => status))
    expect(status).toBeLessThan(300)
    expect(new Set(answers.map(({ json }) => json.key)).size).toBe(1)
    const grown = (await count()).map((length, at) => (length ?? 0) - (before[at] ?? 0))
    expect(grown.reduce((sum, each) => sum + each, 0)).toBe(1)
    await quiet()
  })
})

describe('an Idempotency-Key', () => {
  it('gives a rotated key again, though it was rotated once', async () => {
    const { send } = await openAcme()
    const made = await send('POST', '/tenants/acme/keys')
    const path = `/tenants/acme/keys/${made.json.id}/rotate`
    const first = await send('POST', path, { grace_seconds: 0 }, KEY)
    const again = await send('POST', path, { grace_seconds: 0 }, KEY)
    expect([first.status, again.text]).toEqual([201, first.text])
    expect((await send('POST', path)).status).toBe(409)
  })

  it('leaves no API key in the store in a form that the store alone can read', async () => {
    const { send, store } = await openAcme()
    const { json } = await send('POST', '/tenants/acme/keys', {}, KEY)
    expect(json.key).toMatch(/^tg_acme_/)
    expect(store.sent).not.toContain(json.key)
    expect(store.sent).not.toContain(KEY['idempotency-key'])
    const documents = await store.directory.documents('answer')
    expect(documents).toHaveLength(1)
  })

  it('is of one path: on another it is another', async () => {
    const { send, make } = await openAcme()
    await make('globex')
    const acme = await send('POST', '/tenants/acme/keys', {}, KEY)
    const globex = await send('POST', '/tenants/globex/keys', {}, KEY)
    expect([acme.status, globex.status]).toEqual([201, 201])
    expect(globex.json.key).toMatch(/^tg_globex_/)
  })

  it('is free again after a day', async () => {
    const { send, clock } = await openAcme()
    const first = await send('POST', '/tenants/acme/keys', {}, KEY)
    clock.nowMs += DAY_MS
    const next = await send('POST', '/tenants/acme/keys', {}, KEY)
    expect(next.status).toBe(201)
    expect(next.json.key).not.toBe(first.json.key)
  })

  it('is not used up by a body that is refused', async () => {
    const { send } = await openAcme()
    expect((await send('POST', '/plans', { name: 'gold', x: 1 }, KEY)).status).toBe(422)
    expect((await send('POST', '/plans', { name: 'gold' }, KEY)).status).toBe(201)
  })

  it.each(['a b', 'x'.repeat(256)])('that is %j is 400', async (key) => {
    const { send } = await openAcme()
    const { status } = await send('POST', '/plans', { name: 'gold' }, { 'idempotency-key': key })
    expect(status).toBe(400)
  })
})

describe('what a repetition stands on', () => {
  const hasher = (fill: number) =>
    new KeyHasher([{ version: 'v1', secret: new Uint8Array(32).fill(fill) }])
  const open = async (seed: string, fill = 7) => {
    const secrets = await repetitionSecrets(
      { hasher: hasher(fill), randomBytes: seededBytes(1) },
      seed,
      'v1',
    )
    if (secrets === null) throw new Error('no such pepper')
    return secrets
  }

  it('is the same for the same seed under the same pepper, and nothing else', async () => {
    const bytes = (await open('seed')).randomBytes(32)
    expect((await open('seed')).randomBytes(32)).toEqual(bytes)
    expect((await open('seed 2')).randomBytes(32)).not.toEqual(bytes)
    expect((await open('seed', 8)).randomBytes(32)).not.toEqual(bytes)
    expect(
      await repetitionSecrets({ hasher: hasher(7), randomBytes: seededBytes(1) }, 's', 'v2'),
    ).toBe(null)
  })

  it('never gives the same bytes twice', async () => {
    const { randomBytes } = await open('seed')
    const drawn = Array.from({ length: 200 }, () => randomBytes(16).toString())
    expect(new Set(drawn).size).toBe(200)
  })

  it('opens what it has sealed, and not what was touched or is of another seed', async () => {
    const secrets = await open('seed')
    const other = await open('other')
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        const sealed = await secrets.seal(text)
        expect(await secrets.open(sealed)).toBe(text)
        expect(await other.open(sealed)).toBeNull()
        const last = sealed.endsWith('A') ? 'Q' : 'A'
        expect(await secrets.open(sealed.slice(0, -1) + last)).toBeNull()
      }),
      { numRuns: 25, seed: 2 },
    )
    expect(await secrets.open('nothing')).toBeNull()
  })
})
