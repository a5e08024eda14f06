// What the documents point to is there: files of the project, and headings by their anchors.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const documents = globSync(['*.md', 'docs/*.md', 'bench/*.md', 'mutants/*.md'])
const links = documents.flatMap((document) =>
  [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
    ([, file = '', anchor = '']) => ({ document, file, anchor }),
  ),
)

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  )
}

it('the documents point to one another', () => {
  expect(links.length).toBeGreaterThan(50)
})

it.each(links)('$document points to $file#$anchor, which is there', (link) => {
  const { document, file, anchor } = link
  const target = file === '' ? document : join(dirname(document), file)
  expect(['', ...anchorsOf(readFileSync(target, 'utf8'))]).toContain(anchor)
})
