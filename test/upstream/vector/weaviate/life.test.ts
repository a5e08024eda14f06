// The official client lives the same life through the gateway as straight at a server, as if alone.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { live, liveByGraphQL } from './life.ts'
import { openWorld, type World } from './world.ts'

let world: World

beforeEach(async () => {
  world = await openWorld(['straight'])
})
afterEach(() => world.close())

describe('the life of a tenant’s objects by the official client', () => {
  it('is by REST what it is straight at a server, also beside another tenant', async () => {
    const straight = await live(world.operator, 'straight')
    const [acme, globex] = await Promise.all([
      live(world.client('acme')),
      live(world.client('globex')),
    ])
    expect(straight).toHaveLength(28)
    expect(acme).toEqual(straight)
    expect(globex).toEqual(straight)
  })

  it('is by GraphQL what it is straight at a server, also beside another tenant', async () => {
    const straight = await liveByGraphQL(world.operator, 'straight')
    const [acme, globex] = await Promise.all([
      liveByGraphQL(world.client('acme')),
      liveByGraphQL(world.client('globex')),
    ])
    expect(straight).toHaveLength(21)
    expect(acme).toEqual(straight)
    expect(globex).toEqual(straight)
  })

  it('is the same for a client that names its own tenant', async () => {
    const straight = await liveByGraphQL(world.operator, 'straight')
    expect(await liveByGraphQL(world.client('acme'), 'acme')).toEqual(straight)
  })

  it('shows the client its classes, its tenant and that the service is there', async () => {
    const { schema, misc } = world.client('acme')
    await live(world.client('acme'))
    const { classes = [] } = await schema.getter().do()
    expect(classes.map((each) => each.class)).toEqual(['Author', 'Poem'])
    expect((await schema.classGetter().withClassName('poem').do()).class).toBe('Poem')
    expect(await schema.tenantsGetter('Poem').do()).toEqual([
      { name: 'acme', activityStatus: 'ACTIVE' },
    ])
    expect(await schema.tenantsExists('Poem', 'acme').do()).toBe(true)
    expect(await schema.tenantsExists('Poem', 'straight').do()).toBe(false)
    expect(await misc.liveChecker().do()).toBe(true)
    expect(await misc.readyChecker().do()).toBe(true)
    expect(await misc.metaGetter().do()).toMatchObject({ version: '1.36.0', modules: {} })
  })

  it('tells the client of errors as its own class does, with the gateway’s words', async () => {
    const { data, graphql } = world.client('acme')
    const creator = data.creator().withClassName('Unheard').withProperties({ title: 'a' })
    await expect(creator.do()).rejects.toThrow(
      /^usage error \(404\): .*"error":\[\{"message":"There is no collection/,
    )
    const search = graphql.get().withClassName('Poem').withFields('title')
    await expect(search.withNearText({ concepts: ['a'] }).do()).rejects.toMatchObject({
      response: { status: 400 },
    })
    await data.creator().withClassName('Poem').withProperties({ title: 'a' }).do()
    const unknown = graphql.get().withClassName('Poem').withFields('heading')
    await expect(unknown.do()).rejects.toMatchObject({
      response: { status: 200, errors: [{ message: 'The service does not accept this request.' }] },
    })
  })
})
