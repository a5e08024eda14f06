import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAdmin, statusesOf } from './harness.ts'

const LIMITS = [
  'requests_per_second',
  'requests_per_minute',
  'requests_per_hour',
  'tokens_per_minute',
  'user_requests_per_minute',
  'tokens_per_day',
  'tokens_per_month',
  'max_concurrency',
]

describe('control-plane writers at the same moment', () => {
  it('lose no change of eight, each of another limit, whatever else goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 8, maxLength: 8 }),
        fc.array(fc.constantFrom('key', 'suspend', 'quota'), { maxLength: 4 }),
        async (values, others) => {
          const { send, make } = openAdmin()
          await make('acme')
          const statuses = await Promise.all([
            ...LIMITS.map(async (limit, at) => {
              const body = { limits: { [limit]: values[at] } }
              return (await send('PATCH', '/tenants/acme', body)).status
            }),
            ...others.map(async (other, at) => {
              if (other === 'key') return (await send('POST', '/tenants/acme/keys')).status
              if (other === 'suspend') return (await send('POST', '/tenants/acme/suspend')).status
              return (await send('PATCH', '/tenants/acme', { quotas: { [`q${at}`]: at } })).status
            }),
          ])
          expect(statuses.every((status) => status === 200 || status === 201)).toBe(true)

          const { json } = await send('GET', '/tenants/acme')
          expect(LIMITS.map((limit) => json.tenant.limits[limit])).toEqual(values)
          const suspended = others.includes('suspend')
          expect(json.tenant.status).toBe(suspended ? 'SUSPENDED' : 'ACTIVE')
          const named = others.flatMap((other, at) => (other === 'quota' ? [[`q${at}`, at]] : []))
          expect(json.tenant.quotas).toMatchObject(Object.fromEntries(named))
          const { json: keys } = await send('GET', '/tenants/acme/keys')
          expect(keys.keys).toHaveLength(1 + others.filter((other) => other === 'key').length)
          // The directory's row ends where the account does, whoever wrote it last.
          const { json: listed } = await send('GET', '/tenants')
          expect(listed.tenants).toMatchObject([{ status: json.tenant.status }])
        },
      ),
      { numRuns: 60, seed: 43 },
    )
  })

  it('leave one note each, in one order, and no version twice', async () => {
    const { send, make, store } = openAdmin()
    await make('acme')
    store.calls.length = 0
    const answers = await Promise.all(
      LIMITS.map((limit) => send('PATCH', '/tenants/acme', { limits: { [limit]: 77 } })),
    )
    const versions = new Set(answers.map(({ json }) => json.tenant.version))
    expect(versions.size).toBe(8)
    // They did get in each other's way: more was tried than was done.
    expect(store.calls.filter((call) => call === 'change').length).toBeGreaterThan(8)
    const { json } = await send('GET', '/tenants/acme/ledger')
    const updates = json.entries.filter((e) => e.action === 'tenant.update')
    expect(updates).toHaveLength(8)
    expect(json.entries.map((e) => e.seq)).toEqual(json.entries.map((_, at) => at + 1))
  })

  it('with If-Match all but one are told 412', async () => {
    const { send, make } = openAdmin()
    await make('acme')
    const match = { 'if-match': (await send('GET', '/tenants/acme')).headers.get('etag') ?? '' }
    const answers = await Promise.all(
      LIMITS.map((limit) => send('PATCH', '/tenants/acme', { limits: { [limit]: 77 } }, match)),
    )
    expect(statusesOf(answers)).toEqual([200, 412, 412, 412, 412, 412, 412, 412])
  })

  it('give up with a 409 that may be retried when they never get through', async () => {
    const { send, make, store } = openAdmin()
    await make('acme')
    const run = store.run.bind(store)
    let tried = 0
    store.run = (tenant, command) => {
      if (command.type !== 'change') return run(tenant, command)
      tried += 1
      return run(tenant, { ...command, expected: `${command.expected}-other` })
    }
    const { status, json, headers } = await send('PATCH', '/tenants/acme', { name: 'x' })
    expect([status, json.code, headers.get('x-should-retry')]).toEqual([409, 'Conflict', 'true'])
    expect(tried).toBe(32)
  })

  it('leave the directory like the account though the older row is written last', async () => {
    const { send, make, store } = openAdmin()
    await make('acme')
    const update = store.directory.update.bind(store.directory)
    const { promise: isHeld, resolve: held } = Promise.withResolvers<void>()
    const { promise: isReleased, resolve: release } = Promise.withResolvers<void>()
    let first = true
    store.directory.update = async (row) => {
      if (first) {
        first = false
        held()
        await isReleased
      }
      return update(row)
    }
    const suspending = send('POST', '/tenants/acme/suspend')
    await isHeld
    expect((await send('POST', '/tenants/acme/reactivate')).status).toBe(200)
    release()
    expect((await suspending).status).toBe(200)
    expect((await send('GET', '/tenants')).json.tenants).toMatchObject([{ status: 'ACTIVE' }])
  })
})
