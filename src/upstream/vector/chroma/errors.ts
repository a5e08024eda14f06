/** What Chroma's refusals say, and how an error is told so that its official clients know it. */
import { Problem } from '../../../problem/problem.ts'
import type { Json, JsonObject } from '../../json.ts'
import { stringIn } from '../../json-read.ts'
import { notThere } from '../read-request.ts'
import { type KnownText, type RefusalWords, serviceProblem } from '../refusal.ts'
import type { ServiceReply } from '../service.ts'

/** Each is told in fixed words and numbers alone. */
const KNOWN: readonly KnownText[] = [
  {
    pattern: /^Collection expecting embedding with dimension of (\d{1,9}), got (\d{1,9})$/,
    tell: ([expected, got]) =>
      `The collection expects embeddings of ${expected} dimensions, not of ${got}.`,
  },
  {
    pattern: /^Inconsistent dimensions in provided embeddings$/,
    tell: () => 'The embeddings are not all of one dimension.',
  },
  { pattern: /^Invalid where clause$/, tell: () => 'The service does not know such a where.' },
  {
    pattern: /^Invalid where document clause$/,
    tell: () => 'The service does not know such a where_document.',
  },
  { pattern: /^Regex syntax err+or: [^]*$/, tell: () => 'The regular expression is not valid.' },
  {
    pattern: /^Collection \[[^\]]*\] already exists$/,
    tell: () => 'There is a collection of this name already.',
  },
]

const WORDS: RefusalWords = {
  textOf: (body) => stringIn(body, 'message'),
  known: KNOWN,
  notFound: notThere().detail,
}

/** As the single node says that a new name is taken. */
const NAME_TAKEN =
  /^Database error: error returned from database: \(code: 2067\) UNIQUE constraint failed: collections\.name, collections\.database_id$/

/** The single node says it with a 500, though nothing was done. */
export function isNameTaken(body: Json | undefined): boolean {
  return NAME_TAKEN.test(stringIn(body, 'message') ?? '')
}

export function chromaProblem(reply: ServiceReply): Problem {
  if (isNameTaken(reply.body)) {
    return new Problem('Conflict', 'There is a collection of this name already.')
  }
  return serviceProblem(reply, WORDS)
}

/** For a reply that is well but not of the form that the service documents. */
export function strangeReply(): Problem {
  return new Problem('UpstreamFailed', 'The service gave an answer that is not understood.')
}

/** The Python client picks its class by `error`, the JavaScript client by the status alone. */
export function errorMembers(status: number, detail: string): JsonObject {
  return { error: errorName(status), message: detail }
}

function errorName(status: number): string {
  if (status >= 500) return 'InternalError'
  switch (status) {
    case 401:
    case 403:
      return 'AuthorizationError'
    case 404:
    case 405:
      return 'NotFoundError'
    case 409:
      return 'UniqueConstraintError'
    case 429:
      return 'RateLimitError'
    default:
      return 'InvalidArgumentError'
  }
}
