import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/account/answers.ts'
import { SnapshotCache } from '../../src/tenant/snapshot.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { keyRecord, tenantConfig } from '../store/commands.ts'

const KEY_ID = `key_${'0'.repeat(22)}`

function snapshot(tenant: string, version: string, hash: string | null = null): Snapshot {
  const key = hash === null ? null : { hash, record: keyRecord(KEY_ID) }
  return { version, incarnation: 'inc-1', config: tenantConfig(tenant), key }
}
const id = (tenant: string) => TenantId.parse(tenant)
const hashes = (cache: SnapshotCache, tenant: string) => [
  ...(cache.get(id(tenant))?.keys.keys() ?? []),
]

describe('what an isolate remembers of tenants', () => {
  it('is nothing at first, and nothing once it is told to forget', () => {
    const cache = new SnapshotCache()
    expect(cache.get(id('acme'))).toBeNull()
    cache.learn(snapshot('acme', 'v1', 'h1'))
    cache.forget(id('acme'))
    expect(cache.get(id('acme'))).toBeNull()
  })

  it('gathers keys under one version', () => {
    const cache = new SnapshotCache()
    cache.learn(snapshot('acme', 'v1', 'h1'))
    cache.learn(snapshot('acme', 'v1'))
    const known = cache.learn(snapshot('acme', 'v1', 'h2'))
    expect(known).toBe(cache.get(id('acme')))
    expect(hashes(cache, 'acme')).toEqual(['h1', 'h2'])
  })

  it('drops every key with the version it was seen under', () => {
    const cache = new SnapshotCache()
    cache.learn(snapshot('acme', 'v1', 'h1'))
    cache.learn(snapshot('acme', 'v2', 'h2'))
    expect(cache.get(id('acme'))?.version).toBe('v2')
    expect(hashes(cache, 'acme')).toEqual(['h2'])
  })

  it('leaves what a request already holds as it was when a new version comes', () => {
    const cache = new SnapshotCache()
    const held = cache.learn(snapshot('acme', 'v1', 'h1'))
    cache.learn(snapshot('acme', 'v2'))
    expect([held.version, [...held.keys.keys()]]).toEqual(['v1', ['h1']])
  })

  it('keeps tenants apart', () => {
    const cache = new SnapshotCache()
    cache.learn(snapshot('acme', 'v1', 'h1'))
    cache.learn(snapshot('globex', 'v1', 'h2'))
    expect(hashes(cache, 'acme')).toEqual(['h1'])
    expect(hashes(cache, 'globex')).toEqual(['h2'])
  })

  it('is bounded: the tenant that was used longest ago goes first', () => {
    const cache = new SnapshotCache(2)
    cache.learn(snapshot('aaa', 'v1'))
    cache.learn(snapshot('bbb', 'v1'))
    cache.get(id('aaa'))
    cache.learn(snapshot('ccc', 'v1'))
    expect(['aaa', 'bbb', 'ccc'].map((tenant) => cache.get(id(tenant)) !== null)).toEqual([
      true,
      false,
      true,
    ])
  })

  it('is bounded in keys too', () => {
    const cache = new SnapshotCache()
    for (let at = 0; at < 1_005; at++) cache.learn(snapshot('acme', 'v1', `h${at}`))
    const known = hashes(cache, 'acme')
    expect([known.length, known[0], known.at(-1)]).toEqual([1_000, 'h5', 'h1004'])
  })
})
