import { describe, expect, it } from 'vitest'
import { chooseCluster, placedOn } from '../../../src/upstream/vector/placement.ts'
import type { Cluster, VectorUpstream } from '../../../src/upstream/vector/upstream.ts'

const cluster = (name: string, maxPhysical: number | null): Cluster => ({
  name,
  baseUrl: `http://${name}.test`,
  key: 'key',
  maxPhysical,
})
const upstream = (...clusters: Cluster[]) =>
  ({ name: 'qdrant', clusters }) as unknown as VectorUpstream

const choose = async (counts: Readonly<Record<string, number>>, ...clusters: Cluster[]) => {
  const chosen = await chooseCluster(upstream(...clusters), async ({ name }) => counts[name] ?? 0)
  return chosen.name
}

describe('the choice of a cluster', () => {
  it('falls on the one with the most room, or without a bound on the emptiest', async () => {
    const [a, b] = [cluster('a', 10), cluster('b', 100)]
    expect(await choose({ a: 1, b: 95 }, a, b)).toBe('a')
    expect(await choose({ a: 5, b: 90 }, a, b)).toBe('b')
    expect(await choose({ a: 0, c: 500 }, a, cluster('c', null))).toBe('c')
    expect(await choose({ c: 7, d: 6 }, cluster('c', null), cluster('d', null))).toBe('d')
  })

  it('is 503 when every cluster is full, and says what the platform can do', async () => {
    await expect(
      choose({ a: 10, b: 101 }, cluster('a', 10), cluster('b', 100)),
    ).rejects.toMatchObject({
      code: 'ClusterFull',
      members: { remedy: expect.stringContaining('max_physical') as unknown },
    })
  })
})

describe('where a tenant is', () => {
  it('is the only cluster there is, whatever was written down', () => {
    const only = cluster('only', null)
    expect(placedOn(upstream(only), { placements: { qdrant: 'old' } })).toBe(only)
  })

  it('is the cluster that it was placed on, and on none before that', () => {
    const [a, b] = [cluster('a', 10), cluster('b', 10)]
    expect(placedOn(upstream(a, b), { placements: { qdrant: 'b' } })).toBe(b)
    expect(placedOn(upstream(a, b), {})).toBe(null)
  })

  it('is told to the operator when that cluster has gone', () => {
    const place = () =>
      placedOn(upstream(cluster('a', 1), cluster('b', 1)), { placements: { qdrant: 'c' } })
    expect(place).toThrow("no cluster 'c' any more")
  })
})
