// What the adapter asks of Weaviate for one request, what it reserves, and what it makes of the answers.
import { describe, expect, it } from 'vitest'
import { type FakeUpstream, refusalOf } from '../ask-adapter.ts'
import {
  AUTHOR,
  done,
  graphql,
  HIDDEN,
  ID,
  object,
  OTHER_ID,
  plan,
  server,
  settingsOnce,
} from './ask-weaviate.ts'

const LACKING = { error: [{ message: 'tenant not found: "acme"' }] }
const create = (more: object = {}) => ({
  method: 'POST',
  target: '/v1/objects',
  body: object(more),
})
const batch = (...objects: readonly object[]) => ({
  method: 'POST',
  target: '/v1/batch/objects',
  body: { objects },
})
const linesOf = ({ sent }: FakeUpstream) => sent.map(({ method, target }) => `${method} ${target}`)
const stored = (more: object = {}) => ({ ...object(more), tenant: 'acme', creationTimeUnix: 1 })

describe('an object that is written', () => {
  it('goes with the class as declared, the caller’s tenant, and digits as they came', async () => {
    const upstream = server(() => ({ body: stored() }))
    const body = `{"class":"poem","id":"${ID.toUpperCase()}","vector":[1.0,12345678901234567890],"properties":{"year":1e400}}`
    await done({ method: 'POST', target: '/v1/objects?consistency_level=ONE', body }, upstream)
    expect(upstream.sent.at(-1)).toEqual({
      method: 'POST',
      target: '/v1/objects?consistency_level=ONE',
      body: `{"class":"Poem","tenant":"acme","id":"${ID}","properties":{"year":1e400},"vector":[1.0,12345678901234567890]}`,
    })
  })

  it('adds no property to its class: what the class has is asked once, and for the unknown again', async () => {
    const settings = settingsOnce()
    const upstream = server(() => ({ body: stored() }))
    await done({ ...create(), settings }, upstream)
    await done({ ...create(), settings }, upstream)
    const invented = create({ properties: { title: 'a', mine: 1 } })
    expect(await refusalOf(done({ ...invented, settings }, upstream))).toBe(
      'InvalidMember: properties.mine is not a property of this class.',
    )
    expect(linesOf(upstream)).toEqual([
      'GET /v1/schema/Poem',
      'POST /v1/objects',
      'POST /v1/objects',
      'GET /v1/schema/Poem',
    ])
  })

  it('adds no property to an object in its class, nor by a reference', async () => {
    const below = create({ properties: { place: [{ town: 'a' }, { street: 'b' }] } })
    expect(await refusalOf(done(below))).toBe(
      'InvalidMember: properties.place.street is not a property of this class.',
    )
    const target = `/v1/objects/Poem/${ID}/references/mine`
    expect(await refusalOf(done({ method: 'POST', target, body: { beacon: AUTHOR } }))).toBe(
      'InvalidMember: properties.mine is not a property of this class.',
    )
    const known = create({ properties: { place: [{ town: 'a' }], at: { latitude: 1 } } })
    const upstream = server(() => ({ body: stored() }))
    expect((await done(known, upstream)).answer.status).toBe(200)
  })

  it('is told without what is not known, and without references into other classes', async () => {
    const properties = { title: 'a', by: [{ beacon: HIDDEN }, { beacon: AUTHOR }] }
    const body = { ...stored({ properties }), additional: { node: 'a' }, shard: 'x' }
    const { answer } = await done(
      create(),
      server(() => ({ body })),
    )
    expect(answer).toEqual({
      status: 200,
      stock: 'kept',
      body: {
        class: 'Poem',
        tenant: 'acme',
        creationTimeUnix: 1,
        properties: { title: 'a', by: [{ beacon: AUTHOR }] },
      },
    })
  })

  it.each([
    ['of another class', { ...stored(), class: 'Hidden' }],
    ['of another tenant', { ...stored(), tenant: 'globex' }],
    ['that is none', [stored()]],
  ])('is not told when the answer is one %s', async (_, body) => {
    const upstream = server(() => ({ body }))
    const get = { method: 'GET', target: `/v1/objects/Poem/${ID}` }
    expect(await refusalOf(done(get, upstream))).toBe(
      'UpstreamFailed: The service gave an answer that is not understood.',
    )
  })
})

describe('what is reserved', () => {
  const none = { expects: 'any', collections: 0, collectionIfNew: 0, note: null }
  const bytes = (asked: { body: unknown }): number => JSON.stringify(asked.body).length

  it('is one vector for an object, and none for one that is there', async () => {
    const made = create()
    const changed = { method: 'PUT', target: `/v1/objects/Poem/${ID}`, body: object({ id: ID }) }
    expect((await plan(made)).plan).toMatchObject({
      stock: [{ ...none, place: 'Poem', vectors: 1, bytes: bytes(made) }],
      recount: ['Poem'],
    })
    expect((await plan(changed)).plan).toMatchObject({
      stock: [{ ...none, place: 'Poem', vectors: 0, bytes: bytes(changed) }],
      recount: ['Poem'],
    })
  })

  it('is one vector for each id of a batch, and for each object without one, by class', async () => {
    const one = object({ id: ID })
    const whole = batch(one, object({ id: ID.toUpperCase() }), object(), object())
    expect((await plan(whole)).plan.stock).toEqual([
      { ...none, place: 'Poem', vectors: 3, bytes: bytes(whole) },
    ])
    const mixed = batch(one, { class: 'Author', properties: { name: 'é' } })
    const sent = {
      Poem: `{"class":"Poem","tenant":"acme","id":"${ID}","properties":{"title":"a"}}`,
      Author: '{"class":"Author","tenant":"acme","properties":{"name":"é"}}',
    }
    expect((await plan(mixed)).plan).toMatchObject({
      stock: [
        { ...none, place: 'Poem', vectors: 1, bytes: sent.Poem.length },
        { ...none, place: 'Author', vectors: 1, bytes: sent.Author.length + 1 },
      ],
      recount: ['Poem', 'Author'],
    })
  })

  it('is nothing for what is deleted, which is counted again', async () => {
    const where = { path: ['title'], operator: 'Equal', valueText: 'a' }
    const body = { match: { class: 'Poem', where } }
    const target = '/v1/batch/objects'
    const all = await plan({ method: 'DELETE', target, body })
    const dry = await plan({ method: 'DELETE', target, body: { ...body, dryRun: true } })
    const one = await plan({ method: 'DELETE', target: `/v1/objects/Poem/${ID}` })
    expect([all, dry, one].map(({ plan: { stock, recount } }) => [stock, recount])).toEqual([
      [[], ['Poem']],
      [[], []],
      [[], ['Poem']],
    ])
  })

  it('is kept when any of a batch was written, and given back when none was', async () => {
    const failed = { result: { status: 'FAILED', errors: { error: [{ message: 'for globex' }] } } }
    const asked = batch(object({ id: ID }), object({ id: OTHER_ID }))
    const some = [{ ...stored({ id: ID }), result: { status: 'SUCCESS' } }, failed]
    const kept = await done(
      asked,
      server(() => ({ body: some })),
    )
    expect(kept.answer).toEqual({
      status: 200,
      stock: 'kept',
      body: [
        { ...stored({ id: ID }), result: { status: 'SUCCESS' } },
        {
          ...object({ id: OTHER_ID }),
          tenant: 'acme',
          result: {
            status: 'FAILED',
            errors: { error: [{ message: 'The service does not accept this request.' }] },
          },
        },
      ],
    })
    const released = await done(
      asked,
      server(() => ({ body: [failed, failed] })),
    )
    expect(released.answer.stock).toBe('released')
  })
})

describe('a tenant that is missing in a class', () => {
  /** Answers as a server in which the tenant has to be made first. */
  const young = (answered: object, lacking: object, status = 422): FakeUpstream => {
    let isMade = false
    return server(({ method, target }) => {
      if (target.endsWith('/tenants') && method === 'POST') isMade = true
      if (target.includes('/tenants')) return { status: method === 'HEAD' ? 404 : 200 }
      return isMade ? { body: answered } : { status, body: lacking }
    })
  }
  const MADE = [
    'HEAD /v1/schema/Author/tenants/acme',
    'POST /v1/schema/Author/tenants',
    'HEAD /v1/schema/Poem/tenants/acme',
    'POST /v1/schema/Poem/tenants',
  ]

  it('is made in all classes, and the request repeated', async () => {
    const target = `/v1/objects/Poem/${ID}`
    const upstream = young(stored(), LACKING)
    expect((await done({ method: 'GET', target }, upstream)).answer.status).toBe(200)
    const asked = `GET ${target}?tenant=acme`
    expect(linesOf(upstream)).toEqual([asked, ...MADE, asked])
    expect(upstream.sent[2]?.body).toBe('[{"name":"acme"}]')
  })

  it('is made when GraphQL says so', async () => {
    const lacking = { data: null, errors: LACKING.error }
    const answered = { data: { Get: { Poem: [] } } }
    const upstream = young(answered, lacking, 200)
    expect((await done(graphql('{Get{Poem{title}}}'), upstream)).answer.body).toEqual(answered)
    expect(linesOf(upstream)).toEqual(['POST /v1/graphql', ...MADE, 'POST /v1/graphql'])
  })

  it('is made for those of a batch that failed of it, and only they are sent again', async () => {
    const settings = settingsOnce()
    let batches = 0
    const upstream = server(({ method, target }) => {
      if (target.includes('/tenants')) return { status: method === 'HEAD' ? 404 : 200 }
      batches += 1
      const done = { ...stored({ id: ID }), result: { status: 'SUCCESS' } }
      const other = { ...stored({ id: OTHER_ID }), result: { status: 'SUCCESS' } }
      const lacking = { result: { status: 'FAILED', errors: LACKING } }
      return { body: batches === 1 ? [done, lacking] : [other] }
    })
    const asked = { ...batch(object({ id: ID }), object({ id: OTHER_ID })), settings }
    const { answer } = await done(asked, upstream)
    expect(answer.body).toEqual([
      { ...stored({ id: ID }), result: { status: 'SUCCESS' } },
      { ...stored({ id: OTHER_ID }), result: { status: 'SUCCESS' } },
    ])
    const bodies = upstream.sent.filter(({ target }) => target === '/v1/batch/objects')
    expect(bodies.map(({ body }) => JSON.parse(body).objects.length)).toEqual([2, 1])
    expect(JSON.parse(bodies[1]?.body ?? '').objects[0].id).toBe(OTHER_ID)
  })

  it('is told as the operator’s to mend where a class is not one with tenants', async () => {
    const upstream = server(() => ({ status: 422, body: LACKING }))
    expect(
      await refusalOf(done({ method: 'GET', target: `/v1/objects/Poem/${ID}` }, upstream)),
    ).toBe('UpstreamFailed: A class that is declared here is not one with tenants at the service.')
  })
})

describe('what the service refuses', () => {
  const about = (status: number, message: string) =>
    refusalOf(
      done(
        create(),
        server(() => ({ status, body: { error: [{ message }] } })),
      ),
    )

  it('is told in fixed words and numbers', async () => {
    expect(await about(422, "id 'x' already exists")).toBe(
      'InvalidMember: There is an object of this id already.',
    )
    expect(
      await about(
        422,
        'put: new node has a vector with length 2. Existing nodes have vectors with length 3: wrong',
      ),
    ).toBe('InvalidMember: The class has vectors of 3 dimensions, not of 2.')
    expect(await about(422, "no such thing: 'Hidden' of globex")).toBe(
      'InvalidMember: The service does not accept this request.',
    )
    expect(await about(403, 'rbac: globex')).toBe(
      'UpstreamFailed: The service refused the gateway.',
    )
  })

  it('is the same for what is not there and what is another’s', async () => {
    const get = (id: string) => ({ method: 'GET', target: `/v1/objects/Poem/${id}` })
    const missing = server(() => ({ status: 404, body: { error: [{ message: 'globex' }] } }))
    const tells = [await refusalOf(done(get(ID), missing)), await refusalOf(done(get(OTHER_ID), missing))] // prettier-ignore
    expect(new Set(tells)).toEqual(
      new Set(['NotFound: There is no collection, point or handle of this name here.']),
    )
    expect(missing.sent).toHaveLength(2)
  })
})

describe('the schema that a tenant sees', () => {
  it('has the declared classes, and no references into others', async () => {
    const classes = [
      { class: 'Hidden', properties: [] },
      {
        class: 'Poem',
        moduleConfig: { a: 1 },
        shardingConfig: {},
        vectorizer: 'none',
        vectorConfig: { a: { vectorizer: { model: 'x' } } },
        multiTenancyConfig: { enabled: true, autoTenantCreation: false },
        properties: [
          { name: 'title', dataType: ['text'], moduleConfig: {} },
          { name: 'by', dataType: ['Author', 'Hidden'] },
          { name: 'peek', dataType: ['Hidden'] },
        ],
      },
    ]
    const upstream = server(() => ({ body: { classes } }))
    const { answer } = await done({ method: 'GET', target: '/v1/schema' }, upstream)
    expect(answer.body).toEqual({
      classes: [
        {
          class: 'Poem',
          vectorizer: 'none',
          vectorConfig: { a: {} },
          multiTenancyConfig: { enabled: true },
          properties: [
            { name: 'title', dataType: ['text'] },
            { name: 'by', dataType: ['Author'] },
          ],
        },
      ],
    })
  })
})
