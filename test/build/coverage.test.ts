// docs/coverage.md names tests: each has to be there, under the title that is named.
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const text = await readFile('docs/coverage.md', 'utf8')
const cited = [...text.matchAll(/^- .*?: `(test\/\S+)` ›\s(.*(?:\n {2}.*)*)$/gm)].map(
  ([, path = '', title = '']) => [path, title.replaceAll(/\s+/g, ' ')] as const,
)

it('docs/coverage.md cites tests for each of its sections', () => {
  const sections = text.split(/^## /m).slice(1)
  expect(sections.map((section) => /^- .*: `test\//m.test(section))).toEqual(
    sections.map(() => true),
  )
  expect(cited).toHaveLength(text.split('\n').filter((line) => line.startsWith('- ')).length)
})

it.each(cited)('%s has a test that says: %s', async (path, title) => {
  expect((await readFile(path, 'utf8')).includes(title)).toBe(true)
})
