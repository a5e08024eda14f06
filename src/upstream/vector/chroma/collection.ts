/**
 * A collection as the service tells of it, told on: its UUID sealed, tenant and database by the names
 * that the client used. One of another database is never told, whatever the service says.
 */
import type { Service, VectorRequest } from '../adapter.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { stringIn } from '../../json-read.ts'
import { strangeReply } from './errors.ts'
import type { Scope } from './scope.ts'

/** The tenant's own, or of the service's making, with nothing in them that names anyone. */
const TOLD = ['configuration_json', 'metadata', 'dimension', 'log_position', 'version'] as const
/** Newer servers tell the indexes of each key; who holds an encryption key (`cmek`) is the operator's. */
const TOLD_OF_SCHEMA = ['defaults', 'keys'] as const

type Placed = Pick<VectorRequest, 'space' | 'settings'>

export async function tellCollection(
  service: Service,
  reply: Json | undefined,
  { space, settings }: Placed,
  scope: Scope,
): Promise<JsonObject> {
  const name = stringIn(reply, 'name')
  const id = await space.sealUuid(stringIn(reply, 'id') ?? '')
  if (!isJsonObject(reply) || name === null || id === null) throw strangeReply()
  const isOwn = reply['tenant'] === settings.chroma_tenant && reply['database'] === space.container
  if (!isOwn) {
    service.alarm('vector.foreign_collection', { database: space.container })
    throw strangeReply()
  }
  return { id, name, ...scope, ...pick(reply, TOLD), ...tellSchema(reply['schema']) }
}

export function tellCollections(
  service: Service,
  reply: Json | undefined,
  placed: Placed,
  scope: Scope,
): Promise<readonly JsonObject[]> {
  if (!isJsonArray(reply)) throw strangeReply()
  return Promise.all(reply.map((each) => tellCollection(service, each, placed, scope)))
}

function tellSchema(schema: Json | undefined): JsonObject {
  if (schema === undefined) return {}
  return { schema: isJsonObject(schema) ? pick(schema, TOLD_OF_SCHEMA) : null }
}

/** The members that are there, of those that are named. */
export function pick(value: JsonObject, names: readonly string[]): JsonObject {
  const there = names.filter((name) => Object.hasOwn(value, name))
  return Object.fromEntries(there.map((name) => [name, value[name] ?? null]))
}
