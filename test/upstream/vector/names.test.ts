import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logicalName, physicalName } from '../../../src/upstream/vector/names.ts'

const slug = fc.stringMatching(/^[a-z][a-z0-9-]{2,12}$/)
const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => text.isWellFormed()),
  fc.stringMatching(/^[a-zA-Z0-9_.~-]{0,12}$/),
)

describe('names on a vector service', () => {
  it('are the prefix, the slug and the name as it is, where no service folds it', () => {
    expect(physicalName('tenant_', 'acme', 'my-docs_2.v1')).toBe('tenant_acme_my-docs_2.v1')
    expect(physicalName('tenant_', 'acme', '')).toBe('tenant_acme_')
  })

  it('escape what a service may fold, normalise or split at', () => {
    expect(physicalName('tenant_', 'acme', 'Docs/é~')).toBe('tenant_acme_~44ocs~2f~c3~a9~7e')
  })

  it('come back as they were, and are one-to-one even after lower-casing', () => {
    fc.assert(
      fc.property(slug, name, slug, name, (one, a, other, b) => {
        const physical = physicalName('tenant_', one, a)
        expect(logicalName('tenant_', one, physical)).toBe(a)
        const isSame = one === other && a === b
        const second = physicalName('tenant_', other, b)
        expect(
          physical.toLowerCase().normalize('NFKC') === second.toLowerCase().normalize('NFKC'),
        ).toBe(isSame)
      }),
      { numRuns: 2_000 },
    )
  })

  it('of another tenant are nobody else’s, whatever slugs and names are made of', () => {
    fc.assert(
      fc.property(slug, slug, name, (one, other, text) => {
        fc.pre(one !== other)
        expect(logicalName('tenant_', one, physicalName('tenant_', other, text))).toBe(null)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    'tenant_acme_~41x~4',
    'tenant_acme_~61',
    'tenant_acme_A',
    'tenant_acme_~FF',
    'tenant_acme_~ff',
    'tenant_acme',
    'Tenant_acme_x',
  ])('do not include %s, which no name is written as', (physical) => {
    expect(logicalName('tenant_', 'acme', physical)).toBe(null)
  })
})
