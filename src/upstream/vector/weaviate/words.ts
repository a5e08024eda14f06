/** What Weaviate's refusals say, and how an error is told so that its official client shows it. */
import { isJsonArray, type JsonObject } from '../../json.ts'
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import { Problem } from '../../../problem/problem.ts'
import { notThere } from '../read-request.ts'
import { type KnownText, type RefusalWords, serviceProblem } from '../refusal.ts'
import type { ServiceReply } from '../service.ts'

const UNSAID = 'The service does not accept this request.'

const KNOWN: readonly KnownText[] = [
  {
    pattern: /^id '[^']{0,64}' already exists$/,
    tell: () => 'There is an object of this id already.',
  },
  {
    pattern: /^.*\bvector lengths don't match: (\d{1,6}) vs (\d{1,6})$/s,
    tell: ([one, other]) => `The lengths of the vectors differ: ${one} and ${other}.`,
  },
  {
    pattern:
      /^.*\bnew node has a vector with length (\d{1,6})\. Existing nodes have vectors with length (\d{1,6})\b.*$/s,
    tell: ([got, expected]) => `The class has vectors of ${expected} dimensions, not of ${got}.`,
  },
  {
    pattern: /^.*\btenant not active\b.*$/s,
    tell: () => 'The operator has switched this part of the class off for now.',
  },
]

const WORDS: RefusalWords = {
  textOf: (body) => textsOf(body)[0] ?? null,
  known: KNOWN,
  notFound: notThere().detail,
}

/** Weaviate says 422 for whatever it does not accept. */
export function weaviateProblem(reply: ServiceReply): Problem {
  const problem = serviceProblem(reply, WORDS)
  return reply.status === 422 ? new Problem('InvalidMember', problem.detail) : problem
}

/** What a client is told in the place of a text that the service wrote into an answer of its own. */
export function tellText(text: string): string {
  for (const { pattern, tell } of KNOWN) {
    const match = pattern.exec(text)
    if (match !== null) return tell(match.slice(1))
  }
  return UNSAID
}

/** The texts of `{ error: [{ message }] }`, or of GraphQL's `{ errors: [{ message }] }`. */
export function textsOf(body: unknown): readonly string[] {
  const errors = memberOf(body, 'error') ?? memberOf(body, 'errors')
  return isJsonArray(errors) ? itemsOf(errors).map((one) => stringIn(one, 'message') ?? '') : []
}

/** The tenant is made at provisioning; a class that was declared later has not got it yet. */
export function lacksTenant(texts: readonly string[]): boolean {
  return texts.some((text) => text.includes('tenant not found'))
}

/** The client puts the whole body into the text of its error. */
export function errorMembers(_status: number, detail: string): JsonObject {
  return { error: [{ message: detail }] }
}
