// What clients are told: made anew of what is known, so that nothing else of the server's gets through.
import { describe, expect, it } from 'vitest'
import { Problem } from '../../../../src/problem/problem.ts'
import type { Json } from '../../../../src/upstream/json.ts'
import { isNameTaken } from '../../../../src/upstream/vector/chroma/errors.ts'
import {
  type Answer,
  fakeService,
  handle,
  OWN,
  planOf,
  spaceOf,
  told,
  UUID,
} from './fake-service.ts'

const NEW = { name: 'docs' }

async function answerTo(
  method: string,
  target: string,
  body: unknown,
  ...answers: [Answer, ...Answer[]]
) {
  // prettier-ignore
  const service = fakeService(...answers)
  const plan = await planOf(method, target, body)
  const answer = await plan.run(service)
  return { ...answer, sent: service.sent }
}

const problemOf = (
  method: string,
  target: string,
  body: unknown,
  ...answers: [Answer, ...Answer[]]
) =>
  // prettier-ignore
  answerTo(method, target, body, ...answers).then(
    () => ({ code: 'none', detail: '' }),
    (error: unknown) => (error instanceof Problem ? { code: error.code, detail: error.detail } : error),
  )

describe('a collection', () => {
  it('is told with a sealed id, by the tenant and database that the client named', async () => {
    const { body, status } = await answerTo(
      'POST',
      '/api/v2/tenants/acme/databases/default_database/collections',
      NEW,
      { body: told({ extra: 'x', schema: { defaults: {}, keys: { k: {} }, cmek: { gcp: 'projects/operator' } } }) }, // prettier-ignore
    )
    const { id: _, ...rest } = told()
    expect(status).toBe(200)
    expect(body).toEqual({
      ...rest,
      id: await handle(),
      tenant: 'acme',
      database: 'default_database',
      schema: { defaults: {}, keys: { k: {} } },
    })
    expect(await spaceOf('acme').openUuid(await handle())).toBe(UUID)
  })

  it.each<[string, Json]>([
    ['of another database', told({ database: 'tenant_globex' })],
    ['of another Chroma tenant', told({ tenant: 'other' })],
    ['without an id', told({ id: null })],
    ['whose id is written otherwise', told({ id: UUID.toUpperCase() })],
    ['that is none', ['docs']],
  ])('%s is not told at all', async (_, body) => {
    const strange = {
      code: 'UpstreamFailed',
      detail: 'The service gave an answer that is not understood.',
    }
    expect(await problemOf('POST', `${OWN}/collections`, NEW, { body })).toEqual(strange)
    expect(await problemOf('GET', `${OWN}/collections/docs`, undefined, { body })).toEqual(strange)
    expect(await problemOf('GET', `${OWN}/collections`, undefined, { body: [told(), body] })).toEqual(strange) // prettier-ignore
  })

  it('of another database raises the alarm, since no tenant can bring that about', async () => {
    const service = fakeService({ body: told({ database: 'tenant_globex' }) })
    const plan = await planOf('GET', `${OWN}/collections/docs`)
    await expect(plan.run(service)).rejects.toHaveProperty('code', 'UpstreamFailed')
    expect(service.alarms).toEqual([
      { event: 'vector.foreign_collection', database: 'tenant_acme' },
    ])
  })

  it('is not told in the place of one that was named', async () => {
    const body = told({ name: 'other' })
    const problem = await problemOf('GET', `${OWN}/collections/docs`, undefined, { body })
    expect(problem).toHaveProperty('code', 'NotFound')
  })

  it('is made in a database that is made first, and once, where it is missing', async () => {
    const missing = {
      status: 400,
      body: { error: 'InvalidArgumentError', message: 'Database [tenant_acme] does not exist' },
    }
    const { sent } = await answerTo(
      'POST',
      `${OWN}/collections`,
      NEW,
      missing,
      {},
      { body: told() },
    )
    const databases = ['api', 'v2', 'tenants', 'default_tenant', 'databases']
    const create = {
      method: 'POST',
      path: [...databases, 'tenant_acme', 'collections'],
      body: { json: NEW },
      writes: true,
      surelyRefused: isNameTaken,
    }
    const prepare = { method: 'POST', path: databases, body: { json: { name: 'tenant_acme' } }, writes: true } // prettier-ignore
    expect(sent).toEqual([create, prepare, create])
    // Another's database that is missing, as some server might say, is no reason to make one.
    const other = { status: 400, body: { message: 'Database [tenant_acm] does not exist' } }
    const service = fakeService(other)
    const plan = await planOf('POST', `${OWN}/collections`, NEW)
    await expect(plan.run(service)).rejects.toMatchObject({ code: 'InvalidBody' })
    expect(service.sent).toHaveLength(1)
  })
})

describe('records', () => {
  it('are told by the members that are known', async () => {
    const at = `${OWN}/collections/${await handle()}`
    const columns = {
      ids: ['a'],
      embeddings: null,
      documents: ['x'],
      uris: null,
      metadatas: [null],
    }
    const leaked = { database: 'tenant_acme', collection_id: UUID }
    const got = await answerTo('POST', `${at}/get`, {}, { body: { ...columns, include: [], ...leaked } }) // prettier-ignore
    const near = { ...columns, ids: [['a']], distances: [[0]] }
    const asked = { query_embeddings: [[1, 0]] }
    const found = await answerTo('POST', `${at}/query`, asked, { body: { ...near, include: [], ...leaked } }) // prettier-ignore
    const state = {
      num_indexed_ops: 1,
      num_unindexed_ops: 2,
      op_indexing_progress: 0.3,
      total_ops: 3,
    }
    const indexed = await answerTo('GET', `${at}/indexing_status`, undefined, { body: { ...state, ...leaked } }) // prettier-ignore
    expect(got.body).toEqual({ ...columns, include: [] })
    expect(found.body).toEqual({ ...near, include: [] })
    expect(indexed.body).toEqual(state)
    expect((await answerTo('POST', `${at}/delete`, { ids: ['a'] }, { body: { deleted: 1, ...leaked } })).body).toEqual({ deleted: 1 }) // prettier-ignore
    expect((await answerTo('POST', `${at}/add`, { ids: ['a'], embeddings: [[1]] }, { status: 201, body: leaked })).body).toEqual({}) // prettier-ignore
  })

  it('are never more than 10,000 at once: who asks for all of more is told to ask by pages', async () => {
    const at = `${OWN}/collections/${await handle()}`
    const ids = Array.from({ length: 10_001 }, (_, n) => `${n}`)
    const { sent } = await answerTo('POST', `${at}/get`, { where: { a: 1 } }, { body: { ids: [] } })
    expect(sent[0]?.body).toEqual({ json: { where: { a: 1 }, limit: 10_001 } })
    expect(await problemOf('POST', `${at}/get`, {}, { body: { ids } })).toEqual({
      code: 'InvalidBody',
      detail: 'More than 10000 records match: ask for them by limit and offset.',
    })
    const page = await answerTo('POST', `${at}/get`, { limit: 3 }, { body: { ids: [] } })
    expect(page.sent[0]?.body).toEqual({ json: { limit: 3 } })
  })
})

describe('a refusal', () => {
  it.each<[number, string, string, string]>([
    [400, 'Collection expecting embedding with dimension of 2, got 3', 'InvalidBody', 'The collection expects embeddings of 2 dimensions, not of 3.'], // prettier-ignore
    [400, 'Collection expecting embedding with dimension of 2, got tenant_globex', 'InvalidBody', 'The service does not accept this request.'], // prettier-ignore
    [400, 'Collection [tenant_globex_docs] is busy', 'InvalidBody', 'The service does not accept this request.'], // prettier-ignore
    [400, 'Regex syntax errror: regex parse error:\n    (\n', 'InvalidBody', 'The regular expression is not valid.'], // prettier-ignore
    [404, 'Collection [9c0a4c6e] does not exists.', 'NotFound', 'There is no collection, point or handle of this name here.'], // prettier-ignore
    [409, 'Collection [docs] already exists', 'Conflict', 'There is a collection of this name already.'], // prettier-ignore
    [500, 'Database error: error returned from database: (code: 2067) UNIQUE constraint failed: collections.name, collections.database_id', 'Conflict', 'There is a collection of this name already.'], // prettier-ignore
    [500, 'Database error: tenant_globex', 'UpstreamFailed', 'The service failed (500).'],
    [401, 'token of the gateway', 'UpstreamFailed', 'The service refused the gateway.'],
    [429, 'tenant_globex is busy', 'UpstreamOverloaded', 'The service is overloaded.'],
  ])('of %i, %s, is told in words of the gateway’s own', async (status, message, code, detail) => {
    const body = { error: 'ChromaError', message }
    expect(await problemOf('PUT', `${OWN}/collections/${await handle()}`, {}, { status, body })).toEqual({ code, detail }) // prettier-ignore
  })
})

describe('what the service says of itself', () => {
  it.each<[string, Json, Json]>([
    ['/heartbeat', { 'nanosecond heartbeat': 5, host: 'chroma-0' }, { 'nanosecond heartbeat': 5 }],
    ['', { 'nanosecond heartbeat': 5 }, { 'nanosecond heartbeat': 5 }],
    ['/version', '1.0.0', '1.0.0'],
    ['/pre-flight-checks', { max_batch_size: 41_666, supports_base64_encoding: true, x: 1 }, { max_batch_size: 1_000, supports_base64_encoding: true }], // prettier-ignore
    ['/pre-flight-checks', { max_batch_size: 166 }, { max_batch_size: 166, supports_base64_encoding: false }], // prettier-ignore
    ['/healthcheck', { is_executor_ready: true, is_log_client_ready: false, peers: ['a'] }, { is_executor_ready: true, is_log_client_ready: false }], // prettier-ignore
  ])('at %j is told as far as it is known', async (path, reply, expected) => {
    const { body } = await answerTo('GET', `/api/v2${path}`, undefined, { body: reply })
    expect(body).toEqual(expected)
  })

  it('is not told where it is none of that', async () => {
    for (const [path, body] of [
      ['/version', 'tenant_globex'],
      ['/heartbeat', {}],
    ] as const) {
      // prettier-ignore
      const problem = await problemOf('GET', `/api/v2${path}`, undefined, { body })
      expect(problem).toHaveProperty('code', 'UpstreamFailed')
    }
  })
})
