// What a tenant with a service's official client is promised by the whole gateway, whichever the
// service: written once, and proven of each with its own client and its own words.
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { type AdminClient, waitFor } from '../support/admin-client.ts'
import { type RunningGateway, startGateway, UPSTREAM_KEYS } from '../support/start-gateway.ts'
import { openTestStore, type TestStore } from '../support/stores.ts'
import type { RecordedRequest, StandIn } from '../support/vector/stand-in.ts'
import type { Transcript } from '../upstream/vector/transcript.ts'

/** One tenant's official client. A place is a collection or a namespace, made by the first write. */
export interface OfficialClient {
  live(): Promise<Transcript>
  write(place: string, ids: readonly string[]): Promise<unknown>
  /** How many there are, by a request of the kind that reads. */
  count(place: string): Promise<number>
  drop(place: string): Promise<unknown>
  /** The same as `write`, at a place that is there, by hand: to see the answer itself. */
  rawWrite(place: string, ids: readonly string[]): Promise<Response>
}

export interface ServiceUnderTest extends StandIn {
  readonly bindings: Readonly<Record<string, string>>
  /** All that is stored; places in which nothing is are none. */
  stored(): Promise<unknown>
  /** Whether it changes nothing: no quota needs more of the service than that. */
  isLook(request: RecordedRequest): boolean
  /** The life straight at the service, by one who is there alone. */
  straight(): Promise<Transcript>
  connect(gatewayUrl: string, key: string): OfficialClient
}

/** An error as the client shows it: its own class, and words in its message. */
export interface ClientError {
  readonly name: string
  readonly says: RegExp
}

export interface VectorContract {
  readonly refusals: Readonly<
    Record<'full' | 'suspended' | 'scopeless' | 'unknown' | 'missing', ClientError>
  >
  /** In the ledger, of a write that makes a place, one more, a count and a drop. */
  readonly operations: Readonly<Record<'first' | 'second' | 'count' | 'drop', readonly string[]>>
  /** Quotas after a life: a default namespace is emptied and stays, and may be counted late. */
  readonly left: Readonly<Record<string, number>>
  /** Builds the Worker, where it is not the one that is deployed, and tells where it is. */
  readonly worker?: () => Promise<string>
  open(): Promise<ServiceUnderTest>
}

const SLOW_MS = 80
const SLOWED = 5

/** Of a dump, without the namespaces that were emptied and not deleted. */
export function occupied(dump: unknown): unknown {
  const { namespaces, ...rest } = dump as { namespaces: Record<string, object[]> }
  const entries = Object.entries(namespaces).filter(([, records]) => records.length > 0)
  return { ...rest, namespaces: Object.fromEntries(entries) }
}

const failure = ({ name, says }: ClientError) => ({
  name,
  message: expect.stringMatching(says) as unknown,
})

const ids = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => `id-${from + at}`)

/** `available`: false where the service cannot be had on this machine. */
export function vectorContract(title: string, contract: VectorContract, available = true): void {
  describe.skipIf(!available)(`${title}, on ${inject('store')}`, () => {
    const { refusals, operations } = contract
    let store: TestStore
    let server: ServiceUnderTest
    let gateway: RunningGateway
    let admin: AdminClient

    beforeAll(async () => {
      store = await openTestStore()
      server = await contract.open()
      gateway = await startGateway({
        upstreamUrl: 'http://127.0.0.1:9',
        instances: 2,
        ...(contract.worker === undefined ? {} : { workerPath: await contract.worker() }),
        bindings: { ...store.bindings, ...server.bindings },
      })
      admin = gateway.admin
    })

    afterAll(async () => {
      await gateway.stop()
      await server.close()
      await store.close()
    })

    beforeEach(() => {
      vi.spyOn(console, 'warn').mockReturnValue()
    })

    const clientOf = (key: string, instance = 0) =>
      server.connect(gateway.urls[instance] ?? '', key)

    async function newTenant(body: object = {}) {
      const { id, key } = await admin.createTenant(body)
      return { id, key, client: clientOf(key) }
    }

    /** Where the tenant's quotas stand, by name. */
    async function quotas(tenant: string): Promise<Record<string, number>> {
      const answer = await admin.request('GET', `/tenants/${tenant}/quotas`)
      const { quotas: told } = (await answer.json()) as { quotas: { name: string; used: number }[] }
      return Object.fromEntries(told.map(({ name, used }) => [name, used]))
    }

    const standsAt = (tenant: string, wanted: Record<string, number>) =>
      waitFor(`quotas at ${JSON.stringify(wanted)}`, async () => {
        const stand = await quotas(tenant)
        return Object.entries(wanted).every(([name, used]) => stand[name] === used) ? true : null
      })

    it('is lived as straight at the service, by two tenants with the same names at once', async () => {
      const alone = await server.straight()
      const [one, other] = [await newTenant(), await newTenant()]
      const before = await server.stored()
      const lives = await Promise.all([one.client.live(), other.client.live()])
      expect(lives).toEqual([alone, alone])
      expect(await server.stored()).toEqual(before)
      const { total } = await admin.quiet(one.id)
      expect(total.requests).toBeGreaterThanOrEqual(alone.length)
      await standsAt(one.id, contract.left)
    })

    it('tells a full quota, and what would pass it never reaches the service', async () => {
      const { client, id } = await newTenant({ quotas: { max_vectors: 5, max_collections: 1 } })
      await client.write('docs', ids(0, 4))
      await admin.quiet(id)
      const asked = server.requests.length
      await expect(client.write('docs', ids(10, 2))).rejects.toMatchObject(failure(refusals.full))
      const told = await client.rawWrite('docs', ids(10, 2))
      expect(told.status).toBe(429)
      expect(await told.json()).toMatchObject({
        code: 'QuotaExceeded',
        limit: 'max_vectors',
        used: 4,
        max: 5,
      })
      await expect(client.write('more', ids(0, 1))).rejects.toMatchObject(failure(refusals.full))
      const between = server.requests.slice(asked).filter((request) => !server.isLook(request))
      expect(between.map(({ method, target }) => `${method} ${target}`)).toEqual([])
      expect(await client.count('docs')).toBe(4)
      expect(await quotas(id)).toMatchObject({ max_collections: 1, max_vectors: 4 })
    })

    it('is never past its quota, whoever of 32 writes at once', async () => {
      const { key, id, client } = await newTenant({ quotas: { max_vectors: 52 } })
      await client.write('docs', ids(0, 1))
      const writes = Array.from({ length: 32 }, (_, n) =>
        clientOf(key, n % 2).write('docs', ids(10 * (n + 1), 3)),
      )
      const fates = await Promise.allSettled(writes)
      expect(fates.filter(({ status }) => status === 'fulfilled')).toHaveLength(17)
      const reasons = fates.flatMap((fate) => (fate.status === 'rejected' ? [fate.reason] : []))
      expect(reasons).toEqual(
        reasons.map(() => expect.objectContaining(failure(refusals.full)) as unknown),
      )
      expect(await client.count('docs')).toBe(52)
      await admin.quiet(id)
      await standsAt(id, { max_vectors: 52 })
    })

    it('is read and not written while its tenant is suspended', async () => {
      const { client, id } = await newTenant()
      await client.write('docs', ids(0, 3))
      await admin.suspend(id)
      expect(await client.count('docs')).toBe(3)
      await expect(client.write('docs', ids(5, 1))).rejects.toMatchObject(
        failure(refusals.suspended),
      )
      await expect(client.drop('docs')).rejects.toMatchObject(failure(refusals.suspended))
      await admin.reactivate(id)
      expect(await client.count('docs')).toBe(3)
    })

    it('is closed to who has no key, and to a key without the scope', async () => {
      const { client, id } = await newTenant()
      await client.write('docs', ids(0, 1))
      const { key } = await admin.createKey(id, { scopes: ['llm'] })
      await expect(clientOf(key).count('docs')).rejects.toMatchObject(failure(refusals.scopeless))
      await expect(clientOf('none').count('docs')).rejects.toMatchObject(failure(refusals.unknown))
      const { key: vectors } = await admin.createKey(id, { scopes: ['vectors'] })
      expect(await clientOf(vectors).count('docs')).toBe(1)
    })

    it('tells what is missing and what is another’s alike', async () => {
      const [one, other] = [await newTenant(), await newTenant()]
      await other.client.write('secret', ids(0, 2))
      await expect(one.client.drop('secret')).rejects.toMatchObject(failure(refusals.missing))
      await expect(one.client.drop('nothing')).rejects.toMatchObject(failure(refusals.missing))
      expect(await other.client.count('secret')).toBe(2)
    })

    it('is in the ledger, operation by operation, with its bytes and its latency', async () => {
      const { client, id } = await newTenant()
      // Counts after earlier writes may still come between, and take a delay.
      for (let at = 0; at < SLOWED; at += 1) server.delayNext(() => pause(SLOW_MS))
      await client.write('docs', ids(0, 2))
      await client.write('docs', ids(2, 1))
      await client.count('docs')
      await client.drop('docs')
      const expected = [
        ...operations.first,
        ...operations.second,
        ...operations.count,
        ...operations.drop,
      ]
      const entries = await admin.settled(id, expected.length)
      expect(entries.map(({ operation }) => operation)).toEqual(expected)
      const outcomes = entries.map(({ outcome }) => outcome)
      const figures = (name: string) => outcomes.map((outcome) => Number(outcome?.[name]))
      expect(figures('status').every((status) => status >= 200 && status < 300)).toBe(true)
      // Of timers, which may be early.
      expect(Math.max(...figures('latency_ms'))).toBeGreaterThanOrEqual(SLOW_MS - 10)
      expect(Math.min(...figures('latency_ms'))).toBeGreaterThanOrEqual(0)
      expect(figures('bytes_in')[operations.first.length - 1]).toBeGreaterThan(2 * 'id-0'.length)
      expect(figures('bytes_out')[operations.first.length - 1]).toBeGreaterThan(0)
      const usage = await admin.quiet(id)
      expect(usage.total).toMatchObject({ requests: expected.length, refused: 0, cost_usd: '0.00' })
    })

    it('leaves nothing of an erased tenant, and its receipt says how much there was', async () => {
      const [gone, beside] = [await newTenant(), await newTenant()]
      await gone.client.write('docs', ids(0, 3))
      await gone.client.write('more', ids(0, 2))
      await beside.client.write('docs', ids(0, 1))
      await admin.quiet(gone.id)
      await standsAt(gone.id, { max_collections: 2, max_vectors: 5 })
      const answer = await admin.request('DELETE', `/tenants/${gone.id}?force=true`)
      const { receipt } = (await answer.json()) as { receipt: { deleted: object } }
      expect(receipt.deleted).toMatchObject({ collections: 2, vectors: 5 })
      const left = JSON.stringify(await server.dump())
      expect(left).not.toContain(`tenant_${gone.id}`)
      expect(left).toContain(`tenant_${beside.id}`)
      await expect(gone.client.count('docs')).rejects.toMatchObject(failure(refusals.unknown))
      expect(await beside.client.count('docs')).toBe(1)
    })

    it('prints no key of the service, of a tenant, or of anything', () => {
      const printed = gateway.printed()
      const secrets = [...Object.values(server.bindings), ...Object.values(UPSTREAM_KEYS), 'tg_']
      expect(secrets.filter((secret) => printed.includes(secret))).toEqual([])
    })
  })
}
