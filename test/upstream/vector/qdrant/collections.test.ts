// Collections and aliases as a tenant sees them, and what the gateway does with them by itself.
import { describe, expect, it } from 'vitest'
import { qdrant } from '../../../../src/upstream/vector/qdrant/qdrant.ts'
import { VectorUpstreamConfig } from '../../../../src/config/gateway.ts'
import { bodyOf, fakeService, lineOf, planOf, spaceOf, toldOf } from './ask-qdrant.ts'

const context = {
  space: spaceOf('acme'),
  settings: VectorUpstreamConfig.parse({ kind: 'qdrant' }),
}

async function answered(request: string, result: unknown, body?: unknown) {
  const { body: shown } = await (await planOf(request, body)).run(fakeService(result))
  return shown
}

describe('collections', () => {
  it('are listed from the account', async () => {
    const service = fakeService()
    const { body } = await (await planOf('GET /collections')).run(service)
    expect(body).toEqual({
      result: { collections: [{ name: 'docs' }, { name: 'Übung' }] },
      status: 'ok',
      time: 0,
    })
    expect(service.sent).toEqual([])
  })

  it('are described without what is the operator’s, and without the tag’s index', async () => {
    const info = {
      status: 'green',
      optimizer_status: { error: 'Service internal error: /qdrant/tenant_victim_docs/0' },
      warnings: [{ message: 'tenant_victim_docs' }],
      indexed_vectors_count: 0,
      points_count: 2,
      segments_count: 1,
      config: {
        params: { vectors: { size: 4, distance: 'Dot' }, shard_number: 1, read_fan_out_factor: 3 },
        hnsw_config: { m: 16 },
        optimizer_config: {},
        strict_mode_config: { enabled: true },
      },
      payload_schema: {
        a: { data_type: 'keyword', points: 1 },
        _tenant_id: { data_type: 'keyword', points: 2 },
      },
    }
    expect(await answered('GET /collections/docs', info)).toEqual({
      result: {
        status: 'green',
        indexed_vectors_count: 0,
        points_count: 2,
        segments_count: 1,
        optimizer_status: { error: 'optimization failed' },
        config: {
          params: { vectors: { size: 4, distance: 'Dot' }, shard_number: 1 },
          hnsw_config: { m: 16 },
          optimizer_config: {},
        },
        payload_schema: { a: { data_type: 'keyword', points: 1 } },
      },
      status: 'ok',
      time: 0.5,
    })
  })

  it('get no more vectors than they may be made with', async () => {
    const vectors = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`v${at}`, {}]))
    const service = fakeService({ config: { params: { vectors } } }, { status: 'completed' })
    const body = { dense: { size: 4, distance: 'Dot' } }
    const more = (await planOf('PUT /collections/docs/vectors/more', body)).run(service)
    await expect(more).rejects.toMatchObject({ code: 'InvalidMember' })
    const known = (await planOf('PUT /collections/docs/vectors/v3', body)).run(
      fakeService({ config: { params: { vectors } } }, { status: 'completed' }),
    )
    expect((await known).status).toBe(200)
  })
})

describe('aliases', () => {
  const listed = {
    aliases: [
      { alias_name: 'tenant_acme_now', collection_name: 'tenant_acme_docs', extra: 1 },
      { alias_name: 'tenant_acme_theirs', collection_name: 'tenant_victim_docs' },
      { alias_name: 'tenant_victim_mine', collection_name: 'tenant_acme_docs' },
      { alias_name: 'tenant_acme-b_x', collection_name: 'tenant_acme-b_docs' },
      { alias_name: 'plain', collection_name: 'tenant_acme_docs' },
    ],
  }

  it.each(['/aliases', '/collections/docs/aliases'])(
    'are listed by %s when both of their names are the tenant’s',
    async (path) => {
      expect(await answered(`GET ${path}`, listed)).toEqual({
        result: { aliases: [{ alias_name: 'now', collection_name: 'docs' }] },
        status: 'ok',
        time: 0.5,
      })
    },
  )

  const creating = (count: number) => ({
    actions: Array.from({ length: count }, (_, at) => ({
      create_alias: { collection_name: 'docs', alias_name: `a${at}` },
    })),
  })

  it('are made under physical names, after those that there are were counted', async () => {
    const service = fakeService(listed, true)
    await (await planOf('POST /collections/aliases', creating(1))).run(service)
    expect(service.sent.map(lineOf)).toEqual(['GET /aliases', 'POST /collections/aliases'])
    expect(service.sent.map(bodyOf)[1]).toEqual({
      actions: [
        {
          create_alias: {
            collection_name: 'tenant_acme_docs',
            alias_name: 'tenant_acme_a0',
          },
        },
      ],
    })
  })

  it('are bounded, other tenants’ not counted', async () => {
    const aliases = Array.from({ length: 99 }, (_, at) => ({
      alias_name: `tenant_acme_x${at}`,
      collection_name: 'tenant_acme_docs',
    }))
    const full = { aliases: [...aliases, { alias_name: 'other', collection_name: 'other' }] }
    const one = fakeService(full, true)
    await (await planOf('POST /collections/aliases', creating(1))).run(one)
    const two = fakeService(full, true)
    const run = (await planOf('POST /collections/aliases', creating(2))).run(two)
    await expect(run).rejects.toMatchObject({ code: 'QuotaExceeded', members: { max: 100 } })
    expect([one.sent.length, two.sent.length]).toEqual([2, 1])
  })
})

describe('refusals of the service', () => {
  it.each<[status: number, text: string, told: string]>([
    [
      404,
      "Not found: Collection `tenant_acme_docs` doesn't exist!",
      'NotFound: There is no collection, point or handle of this name here.',
    ],
    [
      400,
      'Wrong input: Vector dimension error: expected dim: 4, got 3',
      "InvalidBody: The collection's vectors have 4 dimensions, not 3.",
    ],
    [
      400,
      'Wrong input: Not existing vector name error: tenant_victim_docs',
      'InvalidBody: The collection has no vector of that name.',
    ],
    [
      409,
      'Wrong input: Collection `tenant_acme_docs` already exists!',
      'Conflict: There is a collection of this name already.',
    ],
    [
      400,
      'Wrong input: something of tenant_victim_docs',
      'InvalidBody: The service does not accept this request.',
    ],
    [
      500,
      'Service internal error: tenant_victim_docs',
      'UpstreamFailed: The service failed (500).',
    ],
  ])('%d %s', async (status, text, told) => {
    const plan = await planOf('POST /collections/docs/points/query', {})
    const error: unknown = await plan.run(fakeService({ status, text })).catch((e: unknown) => e)
    expect(toldOf(error)).toBe(told)
  })
})

describe('housekeeping', () => {
  const { keeping } = qdrant

  it('counts a collection exactly, and knows one that is gone', async () => {
    const service = fakeService({ count: 12 })
    expect(await keeping.count(service, 'docs', context)).toEqual({ collections: 1, vectors: 12 })
    expect(service.sent.map((sent) => [lineOf(sent), bodyOf(sent)])).toEqual([
      ['POST /collections/tenant_acme_docs/points/count', { exact: true }],
    ])
    expect(await keeping.count(fakeService({ status: 404, text: '' }), 'docs', context)).toBeNull()
    const broken = keeping.count(fakeService({ status: 500, text: '' }), 'docs', context)
    await expect(broken).rejects.toMatchObject({ code: 'UpstreamFailed' })
  })

  it('lists the tenant’s own, and counts all', async () => {
    const names = [
      'tenant_acme_docs',
      'tenant_acme_~c3~9cbung',
      'tenant_acme_UPPER',
      'tenant_a_b',
      'x',
    ]
    const collections = names.map((name) => ({ name }))
    expect(await keeping.list(fakeService({ collections }), context)).toEqual(['docs', 'Übung'])
    expect(await keeping.countPhysical(fakeService({ collections }), context)).toBe(5)
  })

  it('removes a collection, also one that is gone', async () => {
    const service = fakeService({ status: 404, text: '' })
    await keeping.drop(service, 'docs', context)
    expect(service.sent.map(lineOf)).toEqual(['DELETE /collections/tenant_acme_docs'])
    const failed = keeping.drop(fakeService({ status: 500, text: '' }), 'docs', context)
    await expect(failed).rejects.toMatchObject({ code: 'UpstreamFailed' })
  })
})
