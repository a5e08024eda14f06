// A real Chroma server behind a recorder that demands `x-chroma-token`, as a hosted Chroma does and
// the single node does not. The request-target is passed on byte for byte, so that a trap of the
// real server's own paths and UUIDs stays one. `dump` reads every database of every tenant it is told of.
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import * as z from 'zod'
import {
  type RecordedRequest,
  type StandIn,
  type StandInAnswer,
  startStandIn,
} from '../vector/stand-in.ts'
import { startChromaServer } from './server.ts'

const Databases = z.array(z.looseObject({ name: z.string() }))
const Collections = z.array(z.looseObject({ id: z.string(), name: z.string() }))
const WHOLE = { include: ['documents', 'embeddings', 'metadatas', 'uris'] }

export interface RecordedChroma extends StandIn {
  readonly token: string
  /** The server itself, which asks for no credential. */
  readonly serverUrl: string
  readonly folder: string
}

export async function startRecordedChroma(
  binding: string,
  tenants: readonly string[] = ['default_tenant'],
): Promise<RecordedChroma> {
  const token = 'chroma-token-of-the-tests'
  const server = await startChromaServer(binding)
  const standIn = await startStandIn(() => ({
    refuse: (headers) =>
      headers['x-chroma-token'] === token || headers.authorization === `Bearer ${token}`
        ? null
        : { status: 401, body: { error: 'AuthError', message: 'Unauthorized' } },
    answer: (request) => forward(server.url, request),
    dump: () => dumpOf(server.url, tenants),
  }))
  return {
    ...standIn,
    token,
    serverUrl: server.url,
    folder: server.folder,
    async close() {
      await standIn.close()
      await server.close()
    },
  }
}

async function forward(url: string, asked: RecordedRequest): Promise<StandInAnswer> {
  const { hostname, port } = new URL(url)
  const { method, target: path, headers, body } = asked
  const outgoing = httpRequest({ hostname, port, method, path, headers, setHost: false })
  outgoing.end(body)
  const answered = await once(outgoing, 'response').catch(() => null)
  // What is no HTTP to it, the server answers by hanging up.
  if (answered === null) return { status: 502 }
  const [incoming] = answered as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const type = incoming.headers['content-type']
  return {
    status: incoming.statusCode ?? 0,
    ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

async function dumpOf(url: string, tenants: readonly string[]): Promise<unknown> {
  const found: Record<string, unknown> = {}
  for (const tenant of tenants) {
    const base = `${url}/api/v2/tenants/${tenant}/databases`
    for (const database of Databases.parse(await ask(base))) {
      const collections = `${base}/${database.name}/collections`
      for (const collection of Collections.parse(await ask(collections))) {
        const records = await ask(`${collections}/${collection.id}/get`, WHOLE)
        found[`${tenant}/${database.name}/${collection.name}`] = { collection, records }
      }
      found[`${tenant}/${database.name}`] ??= database
    }
  }
  return found
}

async function ask(url: string, body?: object): Promise<unknown> {
  const asked = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(url, { ...asked, headers: { 'content-type': 'application/json' } })
  if (!response.ok) throw new Error(`Chroma answered ${response.status} to ${url}`)
  return response.json()
}
