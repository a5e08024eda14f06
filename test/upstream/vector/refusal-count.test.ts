// A quota's refusal is counted once for a client that gets it, and not at all for one that does not,
// however often the account was asked on the way; and the account is not asked more for that.
import { describe, expect, it } from 'vitest'
import { openGateway } from '../../support/fakes/gateway.ts'
import { scriptedFetch } from '../../support/fakes/scripted-fetch.ts'
import { cluster, vectorUpstream } from '../../support/fakes/vector-upstream.ts'
import { OWN, told } from './chroma/fake-service.ts'
import { fullQuota, points, refusals } from './full-quota.ts'

const NONE = { counted: 0, reported: 0, entered: [] }
const once = (limit: string) => ({ counted: 1, reported: 1, entered: [['quota', limit, 1]] })
const COLLECTION = { vectors: { size: 2, distance: 'Dot' } }

/** The commands until the request was answered, without what goes on afterwards. */
const ofRequest = (types: readonly string[]) =>
  types.slice(0, types.lastIndexOf('admit') + 1).filter((type) => type !== 'recount')

describe('a write at a full quota', () => {
  it('is no refusal when it fits after all', async () => {
    const { gateway, ask, refused } = await fullQuota()
    const before = gateway.commands.length
    expect(await ask('PUT', '/points', points(1, 2))).toBe(200)
    expect(ofRequest(gateway.types(before))).toEqual(['admit', 'stock', 'stock', 'admit'])
    expect(await refused()).toEqual(NONE)
  })

  it('is one refusal when it does not fit', async () => {
    const { gateway, ask, refused } = await fullQuota()
    const before = gateway.commands.length
    expect(await ask('PUT', '/points', points(1, 5))).toBe(429)
    const types = gateway.types(before).filter((type) => type !== 'recount')
    expect(types).toEqual(['admit', 'stock', 'stock', 'admit'])
    expect(await refused()).toEqual(once('max_vectors'))
  })

  it('is one refusal when its place is never still', async () => {
    const { meanwhile, ask, refused } = await fullQuota()
    const remove = async () => {
      expect(await ask('POST', '/points/delete', { points: [9] })).toBe(200)
    }
    meanwhile.push(remove, remove, remove)
    expect(await ask('PUT', '/points', points(1, 2))).toBe(429)
    expect(await refused()).toEqual(once('max_vectors'))
  })

  it('is admitted where its place was never still, but has room by then', async () => {
    const { server, meanwhile, ask, counted, refused } = await fullQuota()
    const remove = (...ids: readonly number[]) =>
      async function () {
        expect(await ask('POST', '/points/delete', { points: ids })).toBe(200)
      }
    meanwhile.push(remove(9), remove(9), async () => {
      await remove(3, 4)()
      await counted(2)
    })
    expect(await ask('PUT', '/points', points(1, 2))).toBe(200)
    expect(server.totalPoints).toBe(2)
    expect(await refused()).toEqual(NONE)
  })

  it('is no refusal when the service cannot say what of it is new', async () => {
    const { server, ask, refused } = await fullQuota()
    server.failNext({ kind: 'answer', status: 500, error: 'down' }, ({ method, target }) => {
      return method === 'POST' && target.endsWith('/points')
    })
    expect(await ask('PUT', '/points', points(1, 2))).toBe(502)
    expect(await refused()).toEqual(NONE)
  })

  it('is one refusal, by a rate, when that is full by the time it comes again', async () => {
    // Two were taken to fill the quota.
    const { meanwhile, ask, refused } = await fullQuota({ requests_per_minute: 3 })
    meanwhile.push(async () => {
      expect(await ask('POST', '/points/count', {})).toBe(200)
    })
    expect(await ask('PUT', '/points', points(1, 2))).toBe(429)
    expect(await refused()).toEqual({
      counted: 1,
      reported: 1,
      entered: [['rate', 'requests_per_minute', 1]],
    })
  })
})

describe('a collection too many', () => {
  it('is one refusal each time, for which the account is asked once while no count is due', async () => {
    const { gateway, ask, refused } = await fullQuota()
    expect(await ask('PUT', '', COLLECTION, 'more')).toBe(429)
    const before = gateway.commands.length
    expect(await ask('PUT', '', COLLECTION, 'more')).toBe(429)
    expect(gateway.types(before)).toEqual(['admit'])
    expect(await refused()).toEqual({
      counted: 2,
      reported: 2,
      entered: [['quota', 'max_collections', 2]],
    })
  })
})

/** Of Chroma, with room for no collection, in a database that has `docs` or not. */
async function getOrCreate(isThere: boolean) {
  const meanwhile: (() => Promise<unknown>)[] = []
  const made = () => Response.json(told())
  const listed = () => Response.json([])
  const gateway = openGateway({
    upstream: scriptedFetch(),
    vectors: [vectorUpstream('chroma', [cluster({ url: 'http://chroma' }, 'k')])],
    async fetch(url, init) {
      const { pathname } = new URL(url)
      if (pathname.endsWith('/collections')) return init?.method === 'POST' ? made() : listed()
      if (!pathname.endsWith('/collections/docs')) return Response.json({})
      await meanwhile.shift()?.()
      return isThere ? made() : Response.json({}, { status: 404 })
    },
  })
  const { key } = await gateway.makeTenant({ id: 'acme', quotas: { max_collections: 0 } })
  const send = async () => {
    const response = await gateway.send(`/chroma${OWN}/collections`, {
      method: 'POST',
      headers: { 'x-chroma-token': key, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'docs', get_or_create: true }),
    })
    return response.status
  }
  return { gateway, meanwhile, send, refused: () => refusals(gateway, key) }
}

describe('a get-or-create without room for one more', () => {
  it('is no refusal when what it asks for is there', async () => {
    const { send, refused } = await getOrCreate(true)
    expect(await send()).toBe(200)
    expect(await refused()).toEqual(NONE)
  })

  it('is one refusal when it is not', async () => {
    const { send, refused } = await getOrCreate(false)
    expect(await send()).toBe(429)
    expect(await refused()).toEqual(once('max_collections'))
  })

  it('is decided anew when the quota was raised meanwhile', async () => {
    const { gateway, meanwhile, send, refused } = await getOrCreate(false)
    meanwhile.push(() =>
      gateway.admin('PATCH', '/tenants/acme', { quotas: { max_collections: 5 } }),
    )
    expect(await send()).toBe(200)
    expect(await refused()).toEqual(NONE)
  })
})
