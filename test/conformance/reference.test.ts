// The reference as the built Worker serves it: the very text that the sources make now.
import { describe, expect, it } from 'vitest'
import { publish } from '../../src/openapi/publish.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway()

describe('the reference', () => {
  it('is served by the built Worker as the sources make it', async () => {
    const { document, page } = await publish()
    for (const [path, { text, etag }] of [
      ['/openapi.json', document],
      ['/docs', page],
    ] as const) {
      const response = await fetch(`${set.gateway.url}${path}`)
      expect([response.status, response.headers.get('etag')]).toEqual([200, etag])
      // Not by toBe, which would print both.
      expect((await response.text()) === text).toBe(true)
    }
  })
})
