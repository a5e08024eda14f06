// What the gateway does by itself with a tenant's parts of the classes, at the stand-in for Weaviate.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../../src/clock.ts'
import type { KeepingContext, Service } from '../../../../src/upstream/vector/adapter.ts'
import { openService } from '../../../../src/upstream/vector/open-service.ts'
import { weaviate } from '../../../../src/upstream/vector/weaviate/weaviate.ts'
import { spaceOf } from '../ask-adapter.ts'
import { ID, object, OTHER_ID, plan, settingsOnce } from './ask-weaviate.ts'
import { openWorld, type World } from './world.ts'

const { keeping } = weaviate

let world: World
let service: Service

beforeEach(async () => {
  world = await openWorld(['globex'])
  const { standIn } = world
  const opened = openService({
    fetch: (url, init) => fetch(url, init),
    clock: systemClock,
    lost: new AbortController().signal,
    baseUrl: standIn.url,
    headers: weaviate.credentialHeaders(standIn.apiKey),
    timeouts: { headers_ms: 5_000, first_byte_ms: 5_000, idle_ms: 5_000 },
    places: async () => [],
    alarm: () => {},
  })
  service = opened.service
})
afterEach(() => world.close())

const of = (tenant: string): KeepingContext => ({
  space: spaceOf(weaviate, tenant),
  settings: settingsOnce(),
})

async function write(tenant: string, titles: readonly string[]): Promise<void> {
  for (const title of titles) {
    const creator = world.operator.data.creator().withClassName('Poem').withTenant(tenant)
    await creator.withProperties({ title }).do()
  }
}

describe('the keeping of a tenant’s parts of the classes', () => {
  it('makes them, twice as well as once, and finds them', async () => {
    expect(await keeping.list(service, of('acme'))).toEqual([])
    await keeping.prepare(service, of('acme'))
    await write('acme', ['a'])
    await keeping.prepare(service, of('acme'))
    expect(await keeping.list(service, of('acme'))).toEqual(['Author', 'Poem'])
    expect(await keeping.count(service, 'Poem', of('acme'))).toEqual({ collections: 0, vectors: 1 })
  })

  it('counts each alone, and none where there is none', async () => {
    await keeping.prepare(service, of('acme'))
    await write('acme', ['a', 'b'])
    await write('globex', ['a', 'b', 'c'])
    expect(await keeping.count(service, 'Poem', of('acme'))).toEqual({ collections: 0, vectors: 2 })
    expect(await keeping.count(service, 'Author', of('acme'))).toEqual({
      collections: 0,
      vectors: 0,
    })
    expect(await keeping.count(service, 'Poem', of('initech'))).toBeNull()
    expect(await keeping.count(service, 'Hidden', of('acme'))).toBeNull()
  })

  it('drops one with what is in it, and nothing of another’s', async () => {
    await keeping.prepare(service, of('acme'))
    await write('acme', ['a'])
    await write('globex', ['b'])
    await keeping.drop(service, 'Poem', of('acme'))
    await keeping.drop(service, 'Poem', of('acme'))
    await keeping.drop(service, 'Nowhere', of('acme'))
    expect(await keeping.list(service, of('acme'))).toEqual(['Author'])
    expect(await keeping.count(service, 'Poem', of('globex'))).toEqual({
      collections: 0,
      vectors: 1,
    })
  })

  it('counts tenants, of which each is in every class', async () => {
    expect(await keeping.countPhysical(service, of('acme'))).toBe(1)
    await keeping.prepare(service, of('acme'))
    expect(await keeping.countPhysical(service, of('acme'))).toBe(2)
    expect(keeping.physicalUnit).toBe('tenant')
  })
})

describe('what a batch adds when a quota is full', () => {
  it('leaves out the objects that are there already, of the caller’s own', async () => {
    const objects = [ID, OTHER_ID].map((id) => object({ id }))
    const body = { objects: [...objects, object(), { class: 'Author', id: ID }] }
    const read = await plan({ method: 'POST', target: '/v1/batch/objects', body })
    const ask = async () =>
      (await read.plan.measureAgain?.(service))?.map(({ place, vectors }) => [place, vectors])
    const create = (tenant: string, id: string) =>
      world.operator.data.creator().withClassName('Poem').withId(id).withTenant(tenant).do()
    await create('globex', OTHER_ID)
    expect(await ask()).toEqual([
      ['Poem', 3],
      ['Author', 1],
    ])
    await keeping.prepare(service, of('acme'))
    await create('acme', ID)
    expect(await ask()).toEqual([
      ['Poem', 2],
      ['Author', 1],
    ])
  })
})
