import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Sealer } from '../../../src/upstream/vector/seal.ts'
import { secureRandom } from '../../../src/random.ts'

const master = new Uint8Array(32).fill(7)
const sealer = new Sealer(master, 'acme|chroma', secureRandom)
const other = new Sealer(master, 'globex|chroma', secureRandom)

const uuid = fc.uuid({ version: 4 })

describe('sealed handles', () => {
  it('open to what was sealed, for the tenant and the purpose that they were made for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        fc.pre(text.isWellFormed())
        const sealed = await sealer.seal('page', text)
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/)
        expect(await sealer.open('page', sealed)).toBe(text)
        expect(await sealer.open('cursor', sealed)).toBe(null)
        expect(await other.open('page', sealed)).toBe(null)
      }),
      { numRuns: 100 },
    )
  })

  it('open to nothing once a bit of them has changed', async () => {
    const sealed = await sealer.seal('page', 'tenant_acme_docs')
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
      expect(await sealer.open('page', changed)).toBe(null)
    }
    expect(await sealer.open('page', '')).toBe(null)
    expect(await sealer.open('page', 'tenant_acme_docs')).toBe(null)
  })

  it('of UUIDs are UUIDs, one for one, and another tenant opens them to something else', async () => {
    await fc.assert(
      fc.asyncProperty(uuid, async (id) => {
        const sealed = (await sealer.sealUuid(id)) ?? ''
        expect(sealed).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
        expect(sealed).not.toBe(id)
        expect(await sealer.openUuid(sealed)).toBe(id)
        expect(await other.openUuid(sealed)).not.toBe(id)
        expect(await sealer.openUuid(id)).not.toBe(id)
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    '{6fd1a0a4-1b6e-4f0e-9d3f-2f6d3d9b1a11}',
    'urn:uuid:6fd1a0a4-1b6e-4f0e-9d3f-2f6d3d9b1a11',
    '6fd1a0a41b6e4f0e9d3f2f6d3d9b1a11',
    '6FD1A0A4-1B6E-4F0E-9D3F-2F6D3D9B1A11',
    '',
  ])('take no other spelling of a UUID: %s', async (text) => {
    expect(await sealer.openUuid(text)).toBe(null)
    expect(await sealer.sealUuid(text)).toBe(null)
  })
})
