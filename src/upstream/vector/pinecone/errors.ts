/** What Pinecone's refusals say, and how an error is told so that its official clients know it. */
import type { JsonObject } from '../../json.ts'
import { memberOf, stringIn } from '../../json-read.ts'
import { notThere } from '../read-request.ts'
import { type RefusalWords, serviceProblem } from '../refusal.ts'
import type { Service } from '../adapter.ts'
import type { ServiceReply, ServiceRequest } from '../service.ts'

/** Each is told in fixed words and numbers alone. */
const WORDS: RefusalWords = {
  textOf: (body) => stringIn(memberOf(body, 'error'), 'message') ?? stringIn(body, 'message'),
  known: [
    {
      pattern:
        /^Vector dimension (\d{1,9}) does not match the dimension of the (?:dense )?index (\d{1,9})$/,
      tell: ([got, expected]) => `The index has vectors of ${expected} dimensions, not of ${got}.`,
    },
    {
      pattern: /^Namespace "[^"]*" already exists$/,
      tell: () => 'There is a namespace of this name already.',
    },
  ],
  notFound: notThere().detail,
}

/** One exchange; throws Problem for whatever is no success. */
export async function ask(service: Service, request: ServiceRequest): Promise<ServiceReply> {
  const reply = await service.send(request)
  if (!reply.ok) throw serviceProblem(reply, WORDS)
  return reply
}

/** null for what is not there. */
export async function askFor(
  service: Service,
  request: ServiceRequest,
): Promise<ServiceReply | null> {
  const reply = await service.send(request)
  if (reply.status === 404) return null
  if (!reply.ok) throw serviceProblem(reply, WORDS)
  return reply
}

/** The clients choose their class by the status; the text they take from here. */
export function errorMembers(status: number, detail: string): JsonObject {
  return { error: { code: codeOf(status), message: detail } }
}

function codeOf(status: number): string {
  switch (status) {
    case 401:
      return 'UNAUTHENTICATED'
    case 402:
      return 'PAYMENT_REQUIRED'
    case 403:
      return 'FORBIDDEN'
    case 404:
      return 'NOT_FOUND'
    case 409:
      return 'ALREADY_EXISTS'
    case 429:
      return 'RESOURCE_EXHAUSTED'
    case 503:
      return 'UNAVAILABLE'
    case 504:
      return 'DEADLINE_EXCEEDED'
    default:
      return status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT'
  }
}
