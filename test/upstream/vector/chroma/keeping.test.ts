// What the gateway does by itself with the databases of tenants, at the real server.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../../../src/clock.ts'
import type { KeepingContext, Service } from '../../../../src/upstream/vector/adapter.ts'
import { chroma } from '../../../../src/upstream/vector/chroma/chroma.ts'
import { openService } from '../../../../src/upstream/vector/open-service.ts'
import { installChroma } from '../../../support/chroma/install.ts'
import { fakeService, settings, spaceOf, UUID } from './fake-service.ts'
import { startWorld, type World } from './world.ts'

const installed = await installChroma()
const { keeping } = chroma
const contextOf = (tenant: string): KeepingContext => ({ space: spaceOf(tenant), settings })

describe.skipIf(!installed.ok)('keeping a tenant’s database', () => {
  let world: World
  let service: Service
  const acme = contextOf('acme')
  const globex = contextOf('globex')

  beforeAll(async () => {
    world = await startWorld(installed.ok ? installed.binding : '')
    const deps = {
      fetch: (target: string, init: RequestInit) => fetch(target, init),
      clock: systemClock,
      lost: new AbortController().signal,
      baseUrl: world.server.url,
      headers: chroma.credentialHeaders(world.server.token),
      timeouts: settings.timeouts,
      places: async () => [],
      alarm: () => undefined,
    }
    service = openService(deps).service
  })
  afterAll(() => world.close())

  const fill = async (tenant: string, name: string, records: number) => {
    const collection = await world
      .client(tenant)
      .getOrCreateCollection({ name, embeddingFunction: null })
    const ids = Array.from({ length: records }, (_, at) => `${at}`)
    const documents = ids.map((id) => `${tenant} keeps ${id}`)
    if (records > 0) await collection.add({ ids, embeddings: ids.map(() => [1, 0]), documents })
    return collection
  }

  it('makes it once, however often it is asked to, at the same time too', async () => {
    expect(await keeping.list(service, acme)).toEqual([])
    expect(await keeping.count(service, 'database', acme)).toBe(null)
    const before = await keeping.countPhysical(service, acme)
    await Promise.all([1, 2, 3].map(() => keeping.prepare(service, acme)))
    await keeping.prepare(service, acme)
    expect(await keeping.list(service, acme)).toEqual(['database'])
    expect(await keeping.countPhysical(service, acme)).toBe(before + 1)
    expect(await keeping.count(service, 'database', acme)).toEqual({ collections: 0, vectors: 0 })
  })

  it('counts what is in it exactly, and nothing of others', async () => {
    await fill('acme', 'first', 3)
    const second = await fill('acme', 'second', 5)
    await fill('acme', 'empty', 0)
    await fill('globex', 'first', 9)
    await second.upsert({ ids: ['0', 'new'], embeddings: [[0, 1], [1, 1]] }) // prettier-ignore
    await second.delete({ ids: ['1', '2'] })
    expect(await keeping.count(service, 'database', acme)).toEqual({ collections: 3, vectors: 7 })
    expect(await keeping.count(service, 'database', globex)).toEqual({ collections: 1, vectors: 9 })
    expect(await keeping.count(service, 'other', acme)).toBe(null)
  })

  it('drops it with all that is in it, so that no UUID leads there any more, and may be repeated', async () => {
    const collection = await fill('acme', 'first', 0)
    const uuid = await world.gateway.space('acme').openUuid(collection.id)
    const others = await keeping.count(service, 'database', globex)
    await keeping.drop(service, 'database', acme)
    await keeping.drop(service, 'database', acme)
    const path = `/api/v2/tenants/default_tenant/databases/default_database/collections/${uuid}/get`
    const raw = await fetch(world.server.serverUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(raw.status).toBe(404)
    expect(await keeping.list(service, acme)).toEqual([])
    expect(await keeping.count(service, 'database', acme)).toBe(null)
    expect(await keeping.count(service, 'database', globex)).toEqual(others)
  })

  it('says what remains in the file, which is so', async () => {
    const file = await readFile(join(world.server.folder, 'chroma.sqlite3'), 'latin1')
    expect(file).toContain('acme keeps 0')
    expect(keeping.remaining).toHaveLength(1)
    expect(keeping.remaining[0]).toContain('`chroma vacuum --path')
  })
})

describe('keeping, where the server is not as it should be', () => {
  const acme = contextOf('acme')

  it.each([
    ['refuses', { status: 403, body: {} }],
    ['fails', { status: 500, body: {} }],
  ])('throws when it %s, and says of nothing that it is gone', async (_, answer) => {
    const service = fakeService(answer)
    for (const work of [
      () => keeping.prepare(service, acme),
      () => keeping.count(service, 'database', acme),
      () => keeping.list(service, acme),
      () => keeping.drop(service, 'database', acme),
      () => keeping.countPhysical(service, acme),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'UpstreamFailed' })
    }
  })

  it('does not drop for ever what is listed again after it was dropped', async () => {
    const service = fakeService({ body: [{ id: UUID, name: 'docs' }] })
    await expect(keeping.drop(service, 'database', acme)).rejects.toMatchObject({
      code: 'UpstreamFailed',
    })
    expect(service.sent.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'GET'])
  })

  it('counts and drops all collections, where one listing does not give them all', async () => {
    const names = Array.from({ length: 1_203 }, (_, at) => `docs-${at}`)
    const dropped: string[] = []
    const service: Service = {
      ...fakeService({}),
      async send({ method, path, query }) {
        const reply = { status: 200, ok: true, body: {}, bytes: 0, headers: new Headers() }
        const [, , , , , , kind, name] = path
        if (method === 'DELETE')
          dropped.push(...names.splice(names.indexOf(name ?? ''), kind ? 1 : 0))
        if (method === 'DELETE' || kind === undefined) return reply
        if (name !== undefined) return { ...reply, body: 2 }
        const start = Number(query?.['offset'])
        const page = names.slice(start, start + Number(query?.['limit']))
        return { ...reply, body: page.map((each) => ({ id: UUID, name: each })) }
      },
    }
    const counted = await keeping.count(service, 'database', acme)
    expect(counted).toEqual({ collections: 1_203, vectors: 2_406 })
    await keeping.drop(service, 'database', acme)
    expect(names).toEqual([])
    expect(dropped).toHaveLength(1_203)
  })

  it('counts what goes while it is counted as gone', async () => {
    const listed = [{ id: UUID, name: 'a' }, { id: UUID, name: 'b' }] // prettier-ignore
    const service = fakeService({}, { body: listed }, { body: 4 }, { status: 404, body: {} })
    expect(await keeping.count(service, 'database', acme)).toEqual({ collections: 1, vectors: 4 })
  })
})
