// One tenant's requests for what is another's, written to the socket as they stand, at the gateway in
// front of the real server: they tell and change nothing, and are told as if there were nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installChroma } from '../../../support/chroma/install.ts'
import { sendRaw } from '../../../support/raw-http.ts'
import { type HostileRequest, requestBytes } from '../hostile-request.ts'
import { chromaRequests } from './hostile.ts'
import { startWorld, type World } from './world.ts'

const SECRET = 'the secret of the victim'
const ADDRESS = /^\/api\/v2\/tenants\/default_tenant\/databases(?:\/tenant_mallory(?:[/?]|$)|$)/
const SYSTEM = /^\/api\/v2\/(?:heartbeat|version|healthcheck|pre-flight-checks)$/

const installed = await installChroma()

describe.skipIf(!installed.ok)('a hostile tenant of Chroma', () => {
  let world: World
  let uuid = ''
  let sealedId = ''
  let requests: HostileRequest[] = []

  /** All that is the victim's, as text. */
  const victims = async () => {
    const all = Object.entries(Object(await world.server.dump()))
    return JSON.stringify(all.filter(([name]) => name.startsWith('default_tenant/tenant_victim')))
  }
  const send = (request: HostileRequest) =>
    sendRaw(world.gateway.url, requestBytes(request, '127.0.0.1', { 'x-chroma-token': 'mallory' }))

  beforeAll(async () => {
    world = await startWorld(installed.ok ? installed.binding : '')
    const [theirs, mine] = await Promise.all(
      ['victim', 'mallory'].map((tenant) =>
        world.client(tenant).createCollection({ name: 'docs', embeddingFunction: null }),
      ),
    )
    await theirs!.add({ ids: ['s1'], embeddings: [[1, 0]], documents: [SECRET] })
    sealedId = theirs!.id
    uuid = (await world.gateway.space('victim').openUuid(sealedId)) ?? ''
    const all = chromaRequests({
      mount: '',
      slug: 'victim',
      tenant: 'default_tenant',
      database: 'default_database',
      physicalDatabase: 'tenant_victim',
      name: 'docs',
      uuid,
      sealedId,
      id: 's1',
      ownId: mine!.id,
    })
    // Once mallory's own collection is gone, what is asked of it would be refused for that alone.
    requests = all.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
  })
  afterAll(() => world.close())

  it('is told nothing of another’s and changes nothing of it, by any of its requests', async () => {
    const before = await victims()
    expect(before).toContain(SECRET)
    const reached: string[] = []
    for (const request of requests) {
      const since = world.server.requests.length
      const { status, text } = await send(request)
      const sent = world.server.requests.slice(since)
      const isOwn = sent.every(({ target }) => ADDRESS.test(target) || SYSTEM.test(target))
      // Collections are addressed by the path alone; a body may hold any text as data of mallory's own.
      const names = sent.some(({ target }) => target.toLowerCase().includes(uuid))
      const said = `${request.target}${request.body ?? ''}`
      const tells = [SECRET, 'tenant_mallory', 'tenant_victim', uuid].some(
        (word) => text.includes(word) && !said.includes(word),
      )
      const isRefused = status === null || (status >= 400 && status < 500)
      const isAnswered = isRefused || (request.expect === 'own' && status < 300)
      if (!isOwn || names || tells || !isAnswered) reached.push(`${request.title}: ${status}`)
    }
    expect(requests.length).toBeGreaterThan(150)
    expect(reached).toEqual([])
    expect(await victims()).toBe(before)
  })

  it('cannot tell another’s handle from one that never was', async () => {
    const handles = [sealedId, uuid, '3f0a4c6e-1b6e-4f0e-9d3f-2f6d3d9b1a77', 'docs', '{docs}']
    const answers = await Promise.all(
      handles.map((id) =>
        send({
          title: id,
          method: 'POST',
          target: `/api/v2/tenants/default_tenant/databases/default_database/collections/${id}/get`,
          body: '{}',
          expect: 'refused',
        }),
      ),
    )
    const bodyOf = (text: string) => text.slice(text.indexOf('\r\n\r\n'))
    expect(answers.map(({ status }) => status)).toEqual(handles.map(() => 404))
    expect(new Set(answers.map(({ text }) => bodyOf(text))).size).toBe(1)
  })
})
