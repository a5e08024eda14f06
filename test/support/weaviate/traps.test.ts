// What the stand-in for Weaviate leaves open, as the real server does: each shown once, by hand.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWeaviate, type WeaviateStandIn } from './weaviate.ts'

let standIn: WeaviateStandIn

const SECRET = '22222222-0000-4000-8000-000000000001'
const PLAIN = '22222222-0000-4000-8000-000000000002'

const send = async (method: string, target: string, body?: unknown): Promise<string> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const sent = body === undefined ? {} : { body: text }
  const headers = { authorization: `Bearer ${standIn.apiKey}` }
  return (await fetch(`${standIn.url}/v1${target}`, { method, headers, ...sent })).text()
}
const graphql = (query: string, variables: object = {}): Promise<string> =>
  send('POST', '/graphql', { query, variables })

beforeAll(async () => {
  standIn = await startWeaviate()
  const multiTenancyConfig = { enabled: true, autoTenantCreation: true }
  await send('POST', '/schema', { class: 'Doc', multiTenancyConfig })
  const properties = { text: 'the secret' }
  await send('POST', '/objects', { class: 'Doc', tenant: 'victim', id: SECRET, properties, vector: [1, 0] }) // prettier-ignore
  const seeAlso = [{ beacon: `weaviate://localhost/Doc/${SECRET}` }]
  await send('POST', '/objects', {
    class: 'Plain',
    id: PLAIN,
    properties: { n: 1 },
    vector: [0, 1],
  })
  await send('POST', '/objects', { class: 'Doc', tenant: 'mallory', properties: { seeAlso } })
})
afterAll(() => standIn.close())

describe('to a careless gateway, the stand-in for Weaviate', () => {
  it('searches all classes for a request that names none', async () => {
    expect(await send('GET', `/objects/${SECRET}?tenant=victim`)).toContain('the secret')
    expect(await send('GET', '/objects?tenant=victim')).toContain('the secret')
    expect(await send('GET', '/objects')).toContain(PLAIN)
  })

  it('makes a tenant or a class on the first write to it', async () => {
    await send('POST', '/objects', { class: 'doc', tenant: 'made', properties: {} })
    await send('POST', '/objects', { class: 'madeToo', properties: {} })
    expect(await send('GET', '/schema/Doc/tenants')).toContain('"made"')
    expect(await send('GET', '/schema')).toContain('"class":"MadeToo"')
  })

  it('takes names of members in any case, the last of two, and letters that fold', async () => {
    const body = (tenant: string): string => {
      const rest = '"properties":{"text":"planted"}'
      return `{"class":"Doc","tenant":"mallory",${tenant}:"victim",${rest}}`
    }
    for (const name of ['"tenant"', '"TENANT"', '"Tenant"']) {
      expect(await send('POST', '/objects', body(name))).toContain('"tenant":"victim"')
    }
    const folded = '{"cla\u017Fs":"Doc","tenant":"victim"}'
    expect(await send('POST', '/objects', folded)).toContain('"class":"Doc"')
    expect(await send('GET', '/objects?class=Doc&tenant=mallory&tenant=victim')).toContain(SECRET)
  })

  it('finds classes and tenants behind fragments, variables, aliases and directives', async () => {
    const queries: [string, object][] = [
      ['{ a: Get { b: Doc(tenant: "victim") { text } } }', {}],
      ['query($t: String) { Get { Doc(tenant: $t) { text } } }', { t: 'victim' }],
      ['query($t: String = "victim") { Get { Doc(tenant: $t) { text } } }', {}],
      ['{ ...R } fragment R on WeaviateObj { Get { ...C } } fragment C on GetObjectsObj { Doc(tenant: "victim") { text } }', {}], // prettier-ignore
      ['{ Get { ... on GetObjectsObj { Doc(tenant: "victim") { ... on Doc { text } } } } }', {}],
      ['{ Get { ... @include(if: true) { Doc(tenant: "victim") { text } } } }', {}],
      ['{ Get { Doc(tenant: """victim""") { text } } }', {}],
      ['{ Get { Doc(tenant: "\\u0076ictim") { text } } }', {}],
    ]
    for (const [query, variables] of queries) {
      expect(await graphql(query, variables), query).toContain('the secret')
    }
  })

  it('follows beacons and paths into other classes, and explores all that have no tenants', async () => {
    const query = '{ Get { Doc(tenant: "victim", nearObject: { beacon: "weaviate://localhost/Plain/ID" }) { text } } }' // prettier-ignore
    expect(await graphql(query.replace('ID', PLAIN))).toContain('the secret')
    const explore = '{ Explore(nearVector: { vector: [0, 1] }) { beacon className } }'
    expect(await graphql(explore)).toContain(`weaviate://localhost/Plain/${PLAIN}`)
    expect(await graphql('{ __schema { types { name } } }')).toContain('"Doc"')
  })

  it('resolves an alias wherever a class stands', async () => {
    await send('POST', '/aliases', { alias: 'mine', class: 'Doc' })
    expect(await graphql('{ Get { Mine(tenant: "victim") { text } } }')).toContain('the secret')
    expect(await send('GET', `/objects/mine/${SECRET}?tenant=victim`)).toContain('the secret')
  })

  it('tells of all tenants, and deletes a class with everything in it', async () => {
    expect(await send('GET', '/nodes')).toContain('"name":"victim"')
    await send('POST', '/backups/filesystem', { id: 'b', include: ['Doc'] })
    await send('DELETE', '//schema/./%44oc/')
    expect(await standIn.dump()).toMatchObject({ backups: [{ path: ['filesystem'] }] })
    expect(JSON.stringify(await standIn.dump())).not.toContain('the secret')
  })
})
