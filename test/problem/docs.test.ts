import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { problemBody } from '../../src/problem/body.ts'
import { CATALOG, type ProblemCode } from '../../src/problem/catalog.ts'
import { Problem } from '../../src/problem/problem.ts'

const text = readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8')
const sections = text.split(/^## /m).slice(1)
const headings = sections.map((section) => section.split('\n')[0])

describe('docs/problems.md', () => {
  it('has one heading for every code of the catalogue, in its order, and no other', () => {
    expect(headings).toEqual(Object.keys(CATALOG))
  })

  it.each(Object.entries(CATALOG))('tells the status of %s and whether to retry', (code, row) => {
    const section = sections[headings.indexOf(code)] ?? ''
    expect(section).toContain(`\n\`${row.status}\` · ${row.retryable ? '' : 'not '}retryable`)
  })

  it('explains every member that a problem can have', () => {
    const everything = new Problem('RateLimited', 'x', {
      limit: 'x',
      scope: 'x',
      used: 1,
      max: 1,
      resets_at: 'x',
      retryAfterMs: 1,
      remedy: 'x',
      param: 'x',
      allow: [],
      errors: [],
    })
    const context = { requestId: 'x', instance: '/x', dialect: 'openai' } as const
    for (const member of Object.keys(problemBody(everything, context))) {
      expect(text).toContain(`\`${member}\``)
    }
  })

  it('tells the form of the type', () => {
    const code: ProblemCode = 'RateLimited'
    const body = problemBody(new Problem(code, 'x'), { requestId: 'x', dialect: 'plain' })
    expect(body['type']).toBe('urn:tollgate:problem:rate-limited')
    expect(text).toContain('`urn:tollgate:problem:` and the code in kebab case')
  })
})
