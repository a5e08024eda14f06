// What every Directory promises, whatever keeps it: one suite over each of them, and random histories
// that must go as in the model in memory.
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { DocumentChange } from '../../src/store/documents.ts'
import { createMemoryDirectory } from '../../src/store/memory-directory.ts'
import type { Directory, DirectoryRow } from '../../src/store/store.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { START_MS } from './commands.ts'
import type { StoreUnderTest } from './contract.ts'

function row(slug: string, changes: Partial<DirectoryRow> = {}): DirectoryRow {
  const tenant = TenantId.parse(slug)
  return { tenant, plan: 'pro', status: 'ACTIVE', created_at_ms: START_MS, ...changes }
}

const plan = (id: string, expected: number, text: string | null): DocumentChange => {
  return { kind: 'plan', id, expected, text }
}

export function directoryContract(open: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest
  let directory: Directory
  let spaces = 0
  /** Begins every name of one test, so that none meets those of another. */
  let space: string

  beforeAll(async () => {
    under = await open()
    directory = under.store.directory
  })
  afterAll(() => under.close())
  beforeEach(() => {
    spaces += 1
    space = `space${String(spaces).padStart(4, '0')}`
  })

  it('tells of a row that is updated whether it is there, and keeps when it is to be purged', async () => {
    const acme = row(`${space}-acme`)
    expect(await directory.update(acme)).toBe('unknown')
    await directory.register(acme, [])
    const archived = { ...acme, status: 'ARCHIVED' as const, purge_at_ms: START_MS + 5 }
    expect(await directory.update(archived)).toBe('updated')
    expect(await directory.get(acme.tenant)).toEqual(archived)
    expect(await directory.update(acme)).toBe('updated')
    expect(await directory.get(acme.tenant)).toEqual(acme)
  })

  it('counts its rows', async () => {
    const before = await directory.count()
    await directory.register(row(`${space}-a`), [])
    await directory.register(row(`${space}-b`), [])
    expect(await directory.count()).toBe(before + 2)
  })

  it('never registers a slug again whose tombstone it has, under whichever hash', async () => {
    const acme = row(`${space}-acme`)
    await directory.register(acme, [`${space}-new`, `${space}-old`])
    await directory.bury(acme.tenant, `${space}-old`, '{"first":1}')
    expect(await directory.get(acme.tenant)).toBeNull()
    expect(await directory.register(acme, [`${space}-new`, `${space}-old`])).toBe('tombstoned')
    expect(await directory.get(acme.tenant)).toBeNull()
    expect(await directory.register(row(`${space}-other`), [`${space}-none`])).toBe('registered')
  })

  it('keeps the first tombstone of a slug, however often it is buried', async () => {
    const { tenant } = row(`${space}-acme`)
    await directory.bury(tenant, `${space}-hash`, '{"first":1}')
    await directory.bury(tenant, `${space}-hash`, '{"second":2}')
    expect(await directory.document('tombstone', `${space}-hash`)).toEqual({
      id: `${space}-hash`,
      revision: 1,
      text: '{"first":1}',
    })
  })

  it('writes a document on the revision it has, and on no other', async () => {
    expect(await directory.document('plan', space)).toBeNull()
    expect(await directory.write([plan(space, 1, 'x')], START_MS)).toBe('stale')
    expect(await directory.write([plan(space, 0, 'one')], START_MS)).toBe('written')
    expect(await directory.write([plan(space, 0, 'two')], START_MS)).toBe('stale')
    expect(await directory.write([plan(space, 1, 'two words\n')], START_MS)).toBe('written')
    const found = { id: space, revision: 2, text: 'two words\n' }
    expect(await directory.document('plan', space)).toEqual(found)
    expect(await directory.document('job', space)).toBeNull()
    expect(await directory.write([plan(space, 2, null)], START_MS)).toBe('written')
    expect(await directory.document('plan', space)).toBeNull()
  })

  it('writes all of several documents, or none', async () => {
    await directory.write([plan(`${space}-a`, 0, 'a')], START_MS)
    const job: DocumentChange = { kind: 'job', id: space, expected: 0, text: 'job' }
    expect(await directory.write([plan(`${space}-a`, 0, 'b'), job], START_MS)).toBe('stale')
    expect(await directory.write([job, plan(`${space}-a`, 0, 'b')], START_MS)).toBe('stale')
    expect(await directory.document('job', space)).toBeNull()
    expect(await directory.write([plan(`${space}-a`, 1, 'b'), job], START_MS)).toBe('written')
    expect((await directory.document('job', space))?.text).toBe('job')
    expect((await directory.document('plan', `${space}-a`))?.text).toBe('b')
  })

  it('of eight writers on one revision lets one through', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, n) => directory.write([plan(space, 0, `by ${n}`)], START_MS)),
    )
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1)
  })

  it('lists the documents of one kind by id', async () => {
    const changes = ['c', 'a', 'b'].map((id) => plan(`${space}-${id}`, 0, id))
    await directory.write(changes, START_MS)
    await directory.write([{ kind: 'job', id: `${space}-d`, expected: 0, text: 'd' }], START_MS)
    const found = (await directory.documents('plan')).filter(({ id }) => id.startsWith(space))
    expect(found).toEqual(
      ['a', 'b', 'c'].map((id) => ({ id: `${space}-${id}`, revision: 1, text: id })),
    )
  })

  it('drops a document after its time, with the next write of its kind', async () => {
    const answer = (id: string, expiresAtMs?: number): DocumentChange => {
      return { kind: 'answer', id: `${space}-${id}`, expected: 0, text: id, expiresAtMs }
    }
    await directory.write([answer('short', START_MS + 10), answer('long', START_MS + 99)], START_MS)
    await directory.write([answer('kept')], START_MS + 9)
    const ids = async () =>
      (await directory.documents('answer'))
        .map(({ id }) => id)
        .filter((id) => id.startsWith(space))
        .map((id) => id.slice(space.length + 1))
    expect(await ids()).toEqual(['kept', 'long', 'short'])
    await directory.write([answer('later')], START_MS + 10)
    expect(await ids()).toEqual(['kept', 'later', 'long'])
  })

  it('goes through random histories as the model in memory does', async () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const kind = fc.constantFrom('plan' as const, 'tombstone' as const)
    const change = fc.record({
      kind,
      id: name,
      expected: fc.integer({ min: 0, max: 2 }),
      text: fc.option(fc.constantFrom('one', 'two')),
    })
    const step = fc.oneof(
      fc.record({ type: fc.constant('register' as const), name, hashes: fc.subarray(['a', 'b']) }),
      fc.record({ type: fc.constant('update' as const), name, plan: fc.constantFrom('x', 'y') }),
      fc.record({ type: fc.constant('bury' as const), name, hash: name }),
      fc.record({
        type: fc.constant('write' as const),
        changes: fc.uniqueArray(change, {
          minLength: 1,
          maxLength: 3,
          selector: (one) => `${one.kind} ${one.id}`,
        }),
      }),
    )
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const model = createMemoryDirectory()
        runs += 1
        const own = (text: string) => `${space}-r${runs}-${text}`
        const play = async (on: Directory) => {
          const replies: unknown[] = []
          for (const each of steps) {
            if (each.type === 'register') {
              replies.push(await on.register(row(own(each.name)), each.hashes.map(own)))
            } else if (each.type === 'update') {
              replies.push(await on.update(row(own(each.name), { plan: each.plan })))
            } else if (each.type === 'bury') {
              await on.bury(row(own(each.name)).tenant, own(each.hash), 'text')
            } else {
              const changes = each.changes.map((one) => ({ ...one, id: own(one.id) }))
              replies.push(await on.write(changes, START_MS))
            }
          }
          for (const each of ['a', 'b', 'c'].map(own)) {
            replies.push(await on.get(TenantId.parse(each)))
            replies.push(await on.document('plan', each), await on.document('tombstone', each))
          }
          const listed = await on.list(own(''), 3)
          return [...replies, listed.filter(({ tenant }) => tenant.startsWith(own('')))]
        }
        expect(await play(directory)).toEqual(await play(model))
      }),
      { numRuns: 25, seed: 7 },
    )
  })
}
