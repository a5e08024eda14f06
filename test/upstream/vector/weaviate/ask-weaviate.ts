// One request of the tenant `acme` to the adapter, in front of a server that knows two classes.
import { VectorUpstreamConfig } from '../../../../src/config/gateway.ts'
import { weaviate } from '../../../../src/upstream/vector/weaviate/weaviate.ts'
import {
  type AnswerOf,
  type Done,
  type FakeUpstream,
  fakeUpstream,
  perform,
  type Read,
  read,
  refusalOf,
} from '../ask-adapter.ts'
import { CLASSES } from './world.ts'

export const ID = '33333333-0000-4000-8000-00000000000a'
export const OTHER_ID = '33333333-0000-4000-8000-00000000000b'
export const AUTHOR = `weaviate://localhost/Author/${ID}`
export const HIDDEN = `weaviate://localhost/Hidden/${ID}`

/** As an isolate holds them: what was seen of the classes is remembered with them. */
export function settingsOnce(): VectorUpstreamConfig {
  return VectorUpstreamConfig.parse({ kind: 'weaviate', classes: CLASSES })
}

export interface Asked {
  readonly method: string
  readonly target: string
  readonly body?: unknown
  readonly settings?: VectorUpstreamConfig
}

const POEM = ['title', 'code', 'year', 'by', 'at'].map((name) => ({
  name,
  dataType: [name === 'by' ? 'Author' : name === 'at' ? 'geoCoordinates' : 'text'],
}))
const PLACE = {
  name: 'place',
  dataType: ['object[]'],
  nestedProperties: [{ name: 'town', dataType: ['text'] }],
}

/** What the server says of its classes; for the rest as a test has it. */
export function server(answerOf: AnswerOf = () => ({})): FakeUpstream {
  return fakeUpstream((request) => {
    const [, className] = /^\/v1\/schema\/(\w+)$/.exec(request.target) ?? []
    const properties = className === 'Poem' ? [...POEM, PLACE] : [{ name: 'name' }]
    return className === undefined ? answerOf(request) : { body: { class: className, properties } }
  })
}

export function plan(asked: Asked): Promise<Read> {
  return read(weaviate, { settings: settingsOnce(), ...asked })
}

export function done(asked: Asked, upstream = server()): Promise<Done> {
  return perform(weaviate, { settings: settingsOnce(), ...asked }, upstream)
}

/** What the caller is told, and that nothing was asked of the server. */
export async function refused(asked: Asked): Promise<string> {
  const upstream = server()
  const told = await refusalOf(done(asked, upstream))
  return upstream.sent.length === 0 ? told : `reached the server, then ${told}`
}

export function graphql(query: unknown, more: object = {}): Asked {
  return { method: 'POST', target: '/v1/graphql', body: { query, ...more } }
}

export const object = (more: object = {}): object => ({
  class: 'Poem',
  properties: { title: 'a' },
  ...more,
})
