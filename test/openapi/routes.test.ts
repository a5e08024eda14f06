// The document and the mounted routes, both read from what runs: neither may have what the other lacks.
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { ADAPTERS } from '../../src/upstream/registry.ts'
import { vectorAdapters } from '../../src/upstream/vector/registry.ts'
import { openGateway } from '../support/fakes/gateway.ts'
import { scriptedFetch } from '../support/fakes/scripted-fetch.ts'
import { document } from './against-document.ts'

const documented = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { tags }]) => ({
    route: `${method.toUpperCase()} ${path}`,
    tag: tags[0],
  })),
)
const under = (...tags: readonly string[]) =>
  documented.filter(({ tag = '' }) => tags.includes(tag)).map(({ route }) => route)
const forwarded = under('Data plane')
const vectors = under('Vector services')
const own = documented
  .map(({ route }) => route)
  .filter((route) => ![...forwarded, ...vectors].includes(route))

const mounted = createApp(openGateway({ upstream: scriptedFetch() }).gateway)
  .routes.filter(({ method }) => method !== 'ALL')
  .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)

describe('the document', () => {
  it('has every route that is mounted, and no other', () => {
    expect(own.toSorted()).toEqual([...new Set(mounted)].toSorted())
    expect(own.length).toBeGreaterThan(40)
  })

  it('has every operation of every adapter, and no other', () => {
    const offered = Object.values(ADAPTERS).flatMap(({ dialect, operations }) =>
      operations.flatMap(({ method, path }) => [
        `${method} /{upstream}${path}`,
        ...(dialect !== 'plain' && path.startsWith('/v1/') ? [`${method} ${path}`] : []),
      ]),
    )
    expect(forwarded.toSorted()).toEqual([...new Set(offered)].toSorted())
    expect(forwarded).toContain('POST /v1/chat/completions')
    expect(forwarded).toContain('POST /{upstream}/v1/messages')
  })

  it('has every operation of every vector adapter, and no other', () => {
    const offered = vectorAdapters().flatMap(({ operations }) =>
      operations.map(({ method, path }) => `${method} /{upstream}${path}`),
    )
    expect(vectors.toSorted()).toEqual([...new Set(offered)].toSorted())
    expect(vectors).toContain('PUT /{upstream}/collections/{collection}/points')
    expect(document.paths['/{upstream}/query']?.['post']?.summary).toBe(
      'pinecone vectors.query (read); upstash-vector vectors.query (read)',
    )
  })
})
