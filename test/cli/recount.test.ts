// `tollgate quota recount`, before a vector service that somebody has written to past the gateway.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type QdrantStandIn, startQdrant } from '../support/qdrant/server.ts'
import {
  ADMIN_TOKEN,
  type RecordedGateway,
  startRecordedGateway,
} from './support/recorded-gateway.ts'
import { withCli } from './support/run-cli.ts'

let qdrant: QdrantStandIn
let gateway: RecordedGateway

beforeEach(async () => {
  qdrant = await startQdrant()
  gateway = await startRecordedGateway(qdrant)
})
afterEach(async () => {
  await gateway.stop()
  await qdrant.close()
})

const tollgate = (args: readonly string[]) =>
  withCli((cli) => cli(args), { TOLLGATE_API_URL: gateway.url, TOLLGATE_TOKEN: ADMIN_TOKEN })

const COLLECTION = { vectors: { size: 2, distance: 'Dot' } }
const points = (...ids: readonly number[]) => ({
  points: ids.map((id) => ({ id, vector: [id, 1] })),
})

async function put(base: string, path: string, key: string, body: object): Promise<void> {
  const answer = await fetch(`${base}${path}`, {
    method: 'PUT',
    headers: { 'api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status, await answer.text()).toBe(200)
}

const asAcme = async (path: string, body: object) => {
  await put(gateway.url, `/qdrant${path}`, gateway.ownKey, body)
  await gateway.inside.quiet()
}
const pastTheGateway = (path: string, body: object) => put(qdrant.url, path, qdrant.apiKey, body)

describe('quota recount', () => {
  it('tells each place that was counted, and the quotas as they stand then', async () => {
    await asAcme('/collections/notes', COLLECTION)
    await asAcme('/collections/notes/points', points(1, 2))
    await pastTheGateway('/collections/tenant_acme_notes/points?wait=true', points(3))
    await pastTheGateway('/collections/tenant_acme_more', COLLECTION)
    await pastTheGateway('/collections/tenant_globex_more', COLLECTION)
    const { code, stdout } = await tollgate(['quota', 'recount', 'acme'])
    expect(code).toBe(0)
    expect(gateway.sent('POST').at(-1)?.path).toBe('/admin/tenants/acme/quotas/recount')
    expect(stdout).toMatch(
      /^PLACE +RESULT\nqdrant\/more +counted\nqdrant\/notes +counted\n\nQUOTA /,
    )
    expect(stdout).toMatch(/^max_collections +2 +10 /m)
    expect(stdout).toMatch(/^max_vectors +3 /m)
  })

  it('gives with --json what the gateway answered', async () => {
    await asAcme('/collections/notes', COLLECTION)
    const { stdout } = await tollgate(['quota', 'recount', 'acme', '--json'])
    const used = expect.arrayContaining([
      expect.objectContaining({ name: 'max_collections', used: 1, max: 10 }),
    ])
    expect(JSON.parse(stdout)).toEqual({
      places: [{ place: 'qdrant/notes', result: 'recounted' }],
      quotas: used,
    })
  })

  it('says so when there is nothing to count', async () => {
    const { code, stdout, stderr } = await tollgate(['quota', 'recount', 'acme'])
    expect(code).toBe(0)
    expect(stderr).toBe('Nothing on any vector service.\n')
    expect(stdout).toMatch(/^QUOTA /)
  })

  it('says of a place that it is not counted while a write may still land there', async () => {
    await asAcme('/collections/notes', COLLECTION)
    const isUpsert = ({ method, target }: { method: string; target: string }) =>
      method === 'PUT' && target.includes('/points')
    qdrant.failNext({ kind: 'drop', after: false }, isUpsert)
    await expect(asAcme('/collections/notes/points', points(1))).rejects.toThrow('502')
    await gateway.inside.quiet()
    const { code, stdout } = await tollgate(['quota', 'recount', 'acme'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^qdrant\/notes +not counted: a write ended less than a minute ago/m)
  })

  it('fails as the gateway does when the service does not answer', async () => {
    await asAcme('/collections/notes', COLLECTION)
    qdrant.failNext({ kind: 'answer', status: 500, error: 'down' })
    const { code, stderr } = await tollgate(['quota', 'recount', 'acme'])
    expect(code).toBe(7)
    expect(stderr).not.toContain('tenant_acme')
  })
})
