// Local start-up in front of a vector service of one's own.
import { afterEach, describe, expect, it } from 'vitest'
import { readSettings, USAGE } from '../../dev/settings.ts'
import { GatewayConfig } from '../../src/config/gateway.ts'
import { waitFor } from '../support/admin-client.ts'
import { startPinecone } from '../support/pinecone/pinecone.ts'
import { startQdrant } from '../support/qdrant/server.ts'
import { type StartUp, startUp, withFolder } from '../support/start-up.ts'
import { startUpstashVector } from '../support/upstash-vector/upstash-vector.ts'

const running: StartUp[] = []

afterEach(async () => {
  for (const started of running.splice(0)) {
    started.kill('SIGTERM')
    await started.exited
  }
})

/** The requests of the curl lines that go to an upstream, as they were printed. */
function curlLines(guide: string, upstream: string): Request[] {
  const joined = guide.replaceAll(/ \\\n +/g, ' ')
  return [...joined.matchAll(/^ {2}curl (?:-X (\w+) )?(\S+)(.*)$/gm)].flatMap(
    ([, method, url = '', rest = '']) => {
      if (!url.includes(`/${upstream}/`)) return []
      const headers = [...rest.matchAll(/-H '([^:]+): ([^']+)'/g)].map(
        ([, name = '', value = '']): [string, string] => [name, value],
      )
      const body = /-d '([^']+)'/.exec(rest)?.[1]
      const verb = method ?? (body === undefined ? 'GET' : 'POST')
      return [new Request(url, { method: verb, headers, ...(body !== undefined && { body }) })]
    },
  )
}

describe('npm run dev with vector services', () => {
  it('prints what to try, and all of it works for the demo tenant', () =>
    withFolder(async (folder) => {
      const [qdrant, pinecone, upstash] = await Promise.all([
        startQdrant(),
        startPinecone(),
        startUpstashVector(),
      ])
      const started = startUp(folder, {
        args: ['--port', '0', '--upstream', `qdrant=${qdrant.url}`],
        environment: {
          UPSTREAM_QDRANT_KEY: qdrant.apiKey,
          UPSTREAM_PINECONE_URL: pinecone.url,
          UPSTREAM_PINECONE_KEY: pinecone.apiKey,
          UPSTREAM_UPSTASH_VECTOR_URL: upstash.url,
          UPSTREAM_UPSTASH_VECTOR_KEY: upstash.token,
        },
      })
      running.push(started)
      await started.ready()
      const guide = await waitFor('the guide', () =>
        started.stdout().includes('new Anthropic') ? started.stdout() : null,
      )
      expect(guide).toContain(`upstream    qdrant at ${qdrant.url}\n`)
      const answers: [number, unknown][] = []
      for (const name of ['qdrant', 'pinecone', 'upstash-vector']) {
        for (const request of curlLines(guide, name)) {
          const answer = await fetch(request)
          answers.push([answer.status, await answer.json()])
        }
      }
      expect(answers).toMatchObject([
        [200, { result: true }],
        [200, { result: { status: 'completed' } }],
        [200, { result: { points: [{ id: 1, payload: { title: 'first' } }] } }],
        [200, { name: 'default', dimension: 3 }],
        [200, { result: { vectorCount: 0 } }],
      ])
      expect(qdrant.state()).toHaveProperty(['collections', 'tenant_demo_notes'])
      expect(curlLines(guide, 'chroma')).toEqual([])
      await Promise.all([qdrant.close(), pinecone.close(), upstash.close()])
    }))
})

describe('the settings of local start-up', () => {
  it('take the credentials of single clusters', () => {
    const clusters = [{ name: 'eu-1', base_url: 'http://127.0.0.1:1' }]
    const config = GatewayConfig.parse({ upstreams: { vectors: { kind: 'qdrant', clusters } } })
    const environment = { UPSTREAM_VECTORS_EU_1_KEY: 'one', UPSTREAM_VECTORS_US_1_KEY: 'other' }
    const reading = readSettings([], environment, config, '/')
    expect(reading).toMatchObject({ kind: 'settings' })
    expect(reading.kind === 'settings' && [...reading.settings.clusterKeys]).toEqual([
      ['UPSTREAM_VECTORS_EU_1_KEY', 'one'],
    ])
  })

  it('are explained with a vector service among them', () => {
    expect(USAGE).toContain('qdrant=http://127.0.0.1:6333')
    expect(USAGE).toContain('UPSTREAM_<NAME>_<CLUSTER>_KEY')
  })
})
