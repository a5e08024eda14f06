/** One operation's exchange with Qdrant: the path from its template, and the answer in its envelope. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { Problem } from '../../../problem/problem.ts'
import type { Service, VectorAnswer, VectorOperation } from '../adapter.ts'
import { serviceProblem } from '../refusal.ts'
import type { ServiceReply, ServiceRequest } from '../service.ts'
import { WORDS } from './words.ts'

/** What the service has answered: `result` as it came, to be rebuilt before it is passed on. */
export interface Outcome {
  readonly result: Json
  readonly time: Json
}

/** Throws Problem for anything but a success in Qdrant's own envelope. */
export async function exchange(service: Service, request: ServiceRequest): Promise<Outcome> {
  return readEnvelope(await service.send(request))
}

export function readEnvelope(reply: ServiceReply): Outcome {
  if (!reply.ok) throw serviceProblem(reply, WORDS)
  const { body } = reply
  if (!isJsonObject(body) || !Object.hasOwn(body, 'result')) {
    throw new Problem('UpstreamFailed', 'The service gave an answer that cannot be read.')
  }
  return { result: body['result'] ?? null, time: body['time'] ?? 0 }
}

/** A success in Qdrant's envelope; `usage`, which tells of the cluster's hardware, is left out. */
export function succeed(
  result: Json,
  time: Json = 0,
  stock: VectorAnswer['stock'] = 'kept',
): VectorAnswer {
  return { status: 200, body: { result, status: 'ok', time }, stock }
}

/** `/collections/{collection}/points` with its parameters, as segments. */
export function fillPath(
  template: VectorOperation['path'],
  params: Readonly<Record<string, string>>,
): readonly string[] {
  return template
    .slice(1)
    .split('/')
    .map((part) => (part.startsWith('{') ? (params[part.slice(1, -1)] ?? '') : part))
}

/** The members of these names that an object has. */
export function pick(value: Json, names: readonly string[]): JsonObject {
  if (!isJsonObject(value)) return {}
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)))
}

/** The objects of a list, each with these members alone. */
export function objects(value: Json | undefined, names: readonly string[]): readonly JsonObject[] {
  return isJsonArray(value) ? value.map((item) => pick(item, names)) : []
}
