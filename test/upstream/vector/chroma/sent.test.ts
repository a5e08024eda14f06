// Whatever a client sends, what reaches the server names the tenant's own database, and a collection
// by its own name there or by a UUID that the server gave for it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../../../src/problem/problem.ts'
import { isJsonObject, writeJson } from '../../../../src/upstream/json.ts'
import type { ServiceRequest } from '../../../../src/upstream/vector/adapter.ts'
import { chroma } from '../../../../src/upstream/vector/chroma/chroma.ts'
import { fakeService, handle, planOf, spaceOf, told, UUID } from './fake-service.ts'

const FOREIGN = '9c0a4c6e-1b6e-4f0e-9d3f-2f6d3d9b1a99'
const OWN_PATH = 'api/v2/tenants/default_tenant/databases'
const SYSTEM = /^api\/v2\/(?:heartbeat|version|pre-flight-checks|healthcheck)$/
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]$/

/** As what a request may end: nothing is wrong within the gateway, whatever it is sent. */
const CODES = [
  null,
  'NotFound',
  'MethodNotAllowed',
  'MalformedRequest',
  'InvalidBody',
  'UpstreamFailed',
]

/** Members that the API has anywhere, so that random bodies come near to what is accepted. */
const MEMBERS =
  'name new_name metadata new_metadata configuration get_or_create schema ids embeddings documents metadatas uris where where_document include query_embeddings n_results limit offset tenant database collection_id id'.split(
    ' ',
  )

const segment = fc.oneof(
  fc.constantFrom(
    'default_tenant',
    'default_database',
    'acme',
    'globex',
    'tenant_globex',
    '..',
    '%2e',
  ),
  fc.constantFrom('docs', FOREIGN, FOREIGN.toUpperCase(), `{${FOREIGN}}`, `urn:uuid:${FOREIGN}`, 'by-id'), // prettier-ignore
  fc.string({ maxLength: 8 }).filter((text) => text.isWellFormed()),
)

const value = fc.oneof(
  { withCrossShrink: true, maxDepth: 4 },
  fc.constantFrom('docs', 'tenant_globex', FOREIGN, 'a', 1, true, null),
  fc.constantFrom([['a'], [[1, 0]]], ['a'], [[1, 0]], [{ k: 1 }], { k: 'v' }, { $and: [{ k: 1 }] }),
  fc.jsonValue({ maxDepth: 3 }),
)
const body = fc.oneof(
  fc.dictionary(fc.constantFrom(...MEMBERS), value, { maxKeys: 5, noNullPrototype: true }),
  fc.jsonValue(),
)

/** Each operation, with its parameters as they are meant or as anything at all. */
const target = (own: string) =>
  fc.constantFrom(...chroma.operations).chain(({ method, path }) =>
    fc
      .record({
        tenant: fc.oneof({ weight: 3, arbitrary: fc.constant('default_tenant') }, { weight: 1, arbitrary: segment }), // prettier-ignore
        database: fc.oneof({ weight: 3, arbitrary: fc.constant('acme') }, { weight: 1, arbitrary: segment }), // prettier-ignore
        collection: fc.oneof(fc.constant(own), segment),
      })
      .map((params) => ({
        method,
        path: path
          .replace('{tenant}', params.tenant)
          .replace('{database}', params.database)
          .replace('{collection}', params.collection),
      })),
  )

/** What of a request is not the tenant's own. */
function strayIn({ path, body: sent }: ServiceRequest): string[] {
  if (SYSTEM.test(path.join('/'))) return []
  const json = sent !== undefined && 'json' in sent ? sent.json : null
  const members = isJsonObject(json) ? json : {}
  const [database, kind, collection, verb, ...rest] = path.slice(5)
  // Without a database it is to be made.
  const names = [database ?? members['name'], members['name'] ?? 'docs', members['new_name'] ?? 'docs'] // prettier-ignore
  const checks: [string, boolean][] = [
    ['path', path.slice(0, 5).join('/') === OWN_PATH && rest.length === 0],
    ['database', names[0] === 'tenant_acme'],
    ['kind', [undefined, 'collections', 'collections_count'].includes(kind)],
    ['collection', collection === undefined || (NAME.test(collection) && collection.toLowerCase() !== FOREIGN)], // prettier-ignore
    // No UUID but the one that was sealed.
    ['uuid', verb === undefined || collection === UUID],
    ['name', names.every((name) => typeof name === 'string' && NAME.test(name))],
    ...['tenant', 'database', 'collection_id', 'id', 'schema'].map((name): [string, boolean] => [
      name,
      !Object.hasOwn(members, name),
    ]),
  ]
  return checks.filter(([, isOwn]) => !isOwn).map(([what]) => `${what} in ${path.join('/')}`)
}

describe('what is sent to Chroma', () => {
  it('names no place but the tenant’s own, whatever paths and bodies are made of', async () => {
    const own = await handle()
    let sent = 0
    await fc.assert(
      fc.asyncProperty(target(own), body, async ({ method, path }, json) => {
        const service = fakeService({ body: told() }, { status: 400, body: {} })
        const text = method === 'GET' || method === 'DELETE' ? undefined : writeJson(json)
        const code = await planOf(method, path, text)
          .then((plan) => plan.run(service))
          .then(
            () => null,
            (error: unknown) => (error instanceof Problem ? error.code : error),
          )
        sent += service.sent.length
        expect(CODES).toContain(code)
        expect(service.sent.flatMap(strayIn)).toEqual([])
      }),
      { numRuns: 3_000 },
    )
    // A property of nothing sent would hold as well.
    expect(sent).toBeGreaterThan(300)
  })

  it('is never a UUID that another tenant was given, or that the server made for another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uuid({ version: 4 }),
        fc.constantFrom('get', 'upsert'),
        async (uuid, verb) => {
          const sealed = (await spaceOf('globex').sealUuid(uuid)) ?? ''
          const asked = { ids: ['a'], ...(verb === 'get' ? {} : { embeddings: [[1, 0]] }) }
          for (const id of [sealed, uuid]) {
            const service = fakeService({ status: 404, body: {} })
            const path = `/api/v2/tenants/acme/databases/acme/collections/${id}/${verb}`
            await expect(
              planOf('POST', path, asked).then((plan) => plan.run(service)),
            ).rejects.toMatchObject({
              code: 'NotFound',
              detail: 'There is no collection, point or handle of this name here.',
            })
            expect(service.sent.map(({ path: [...parts] }) => parts[7])).not.toContain(uuid)
            expect(service.sent.length).toBeLessThanOrEqual(1)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
