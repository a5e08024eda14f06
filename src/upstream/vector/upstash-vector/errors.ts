/** What Upstash's refusals say, and how an error is told so that its official clients know it. */
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { stringIn } from '../../json-read.ts'
import type { Service } from '../adapter.ts'
import { strangeReply } from '../members.ts'
import { notThere } from '../read-request.ts'
import { type RefusalWords, serviceProblem } from '../refusal.ts'

/** Each is told in fixed words and numbers alone. */
const WORDS: RefusalWords = {
  textOf: (body) => stringIn(body, 'error'),
  known: [
    {
      pattern: /^Invalid vector dimension: (\d{1,9}), expected: (\d{1,9})$/,
      tell: ([got, expected]) => `The index has vectors of ${expected} dimensions, not of ${got}.`,
    },
    {
      pattern: /^Invalid filter\b.*$/s,
      tell: () => 'The service does not understand the filter.',
    },
  ],
  notFound: notThere().detail,
}

export interface ServiceCommand {
  /** The command and, where it is of one, the namespace. */
  readonly path: readonly string[]
  readonly body: Json
  readonly writes: boolean
}

/** One exchange; throws Problem for whatever is no success. Every command goes by POST. */
export async function ask(
  service: Service,
  { path, body, writes }: ServiceCommand,
): Promise<Json | undefined> {
  const reply = await service.send({ method: 'POST', path, body: { json: body }, writes })
  if (!reply.ok) throw serviceProblem(reply, WORDS)
  return isJsonObject(reply.body) ? reply.body['result'] : undefined
}

/** false: there is none of this name. */
export async function askToDrop(service: Service, physical: string): Promise<boolean> {
  const path = ['delete-namespace', physical]
  const reply = await service.send({ method: 'POST', path, body: { json: [] }, writes: true })
  if (!reply.ok && reply.status !== 404) throw serviceProblem(reply, WORDS)
  return reply.ok
}

export function objectIn(result: Json | undefined): JsonObject {
  if (!isJsonObject(result)) throw strangeReply()
  return result
}

/** The client takes the text of `error`; `status` is in every problem. */
export function errorMembers(_status: number, detail: string): JsonObject {
  return { error: detail }
}
