import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openGateway } from '../support/fakes/gateway.ts'
import { scriptedFetch } from '../support/fakes/scripted-fetch.ts'
import { document } from './against-document.ts'

const { send } = openGateway({ upstream: scriptedFetch() })
const PATHS = ['/openapi.json', '/docs']

describe.each(PATHS)('%s', (path) => {
  it('needs no credential, and says how long it may be kept', async () => {
    const { status, headers } = await send(path)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('public, max-age=300')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('etag')).toMatch(/^"[\w+/]{43}="$/)
  })

  it('has an ETag of its text, and is 304 without a body to who knows it', async () => {
    const first = await send(path)
    const etag = first.headers.get('etag') ?? ''
    const digest = createHash('sha256')
      .update(await first.text())
      .digest('base64')
    expect(etag).toBe(`"${digest}"`)
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await send(path, { headers: { 'if-none-match': known } })
      expect([again.status, await again.text()]).toEqual([304, ''])
      expect(again.headers.get('etag')).toBe(etag)
    }
    const other = await send(path, { headers: { 'if-none-match': '"x"' } })
    expect(other.status).toBe(200)
  })

  it('answers HEAD without a body', async () => {
    const response = await send(path, { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('etag')).toBe((await send(path)).headers.get('etag'))
  })
})

describe('/openapi.json', () => {
  it('is the document', async () => {
    const response = await send('/openapi.json')
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.text()).toBe(JSON.stringify(document))
  })
})

describe('/docs', () => {
  it('may load nothing but the style sheet that stands in it', async () => {
    const response = await send('/docs')
    const text = await response.text()
    const styles = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style = '']) => style)
    expect(styles).toHaveLength(1)
    const hash = createHash('sha256')
      .update(styles[0] ?? '')
      .digest('base64')
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect(text).not.toMatch(/<script|<iframe|<img|<object|\son\w+=|\sstyle=|@import|url\(|src=/i)
    const links = [...text.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href)
    const elsewhere = links.filter((href) => !href.startsWith('#'))
    expect(elsewhere.toSorted()).toEqual(['/openapi.json', 'data:,'])
  })

  it('has each operation once, and no link that leads nowhere', async () => {
    const text = await (await send('/docs')).text()
    const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => id)
    const links = [...text.matchAll(/href="#([^"]*)"/g)].map(([, id = '']) => id)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    expect([...new Set(links)].filter((id) => !ids.includes(id))).toEqual([])
    for (const [path, item] of Object.entries(document.paths)) {
      for (const { operationId, summary } of Object.values(item)) {
        expect(ids).toContain(operationId)
        expect(text).toContain(summary)
      }
      expect(text).toContain(`<code class="path">${path}</code>`)
    }
  })

  it('shows for each operation but those of vector services its members and a request to copy', async () => {
    const text = await (await send('/docs')).text()
    for (const [, item] of Object.entries(document.paths)) {
      for (const { operationId, requestBody, tags } of Object.values(item)) {
        if (tags.includes('Vector services')) continue
        const article = text
          .slice(text.indexOf(`<article id="${operationId}">`))
          .split('</article>')[0]
        expect(article).toContain('curl ')
        const example = requestBody?.content['application/json']?.example ?? {}
        for (const name of Object.keys(example)) expect(article).toContain(`&quot;${name}&quot;`)
      }
    }
    const creation = text.slice(text.indexOf('id="schema-TenantCreation"')).split('</table>')[0]
    const members = document.components.schemas['TenantCreation']?.['properties'] ?? {}
    expect(Object.keys(members)).toContain('timezone')
    for (const name of Object.keys(members)) expect(creation).toContain(`<code>${name}</code>`)
  })
})
