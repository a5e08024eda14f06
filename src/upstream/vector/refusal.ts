/**
 * What a client is told when a vector service refuses. The service's own text may name collections of
 * others; it passes only where it is, as a whole, one of the texts that an adapter lists, and is told
 * in that text's fixed parts alone.
 */
import { Problem } from '../../problem/problem.ts'
import { waitAsked } from '../failure.ts'
import type { ServiceReply } from './service.ts'

/** A text that may pass, and what is told for it, made of the pattern's own groups. */
export interface KnownText {
  /** Anchored at both ends. */
  readonly pattern: RegExp
  readonly tell: (groups: readonly string[]) => string
}

export interface RefusalWords {
  /** Where the service's text stands in its error body; null for none. */
  readonly textOf: (body: ServiceReply['body']) => string | null
  readonly known: readonly KnownText[]
  /** Of a 404, the same for what never was and for what is another's. */
  readonly notFound: string
}

/** For a reply that is not ok. */
export function serviceProblem(reply: ServiceReply, words: RefusalWords): Problem {
  const { status } = reply
  const text = tellKnown(words, reply)
  switch (status) {
    case 400:
    case 422:
      return new Problem('InvalidBody', text ?? 'The service does not accept this request.')
    case 404:
      return new Problem('NotFound', words.notFound)
    case 409:
      return new Problem('Conflict', text ?? 'The service says that it exists already.')
    case 413:
      return new Problem('BodyTooLarge', 'The service does not accept so large a body.')
    case 408:
    case 504:
      return new Problem('UpstreamTimeout', 'The service took too long.')
    case 429:
    case 503:
      return new Problem('UpstreamOverloaded', 'The service is overloaded.', {
        retryAfterMs: waitAsked(reply.headers) ?? 1_000,
      })
    case 401:
    case 402:
    case 403:
      return new Problem('UpstreamFailed', 'The service refused the gateway.', { retryable: false })
    default:
      return new Problem('UpstreamFailed', `The service failed (${status}).`, {
        retryable: status >= 500,
      })
  }
}

function tellKnown({ textOf, known }: RefusalWords, { body }: ServiceReply): string | null {
  const text = textOf(body)
  if (text === null) return null
  for (const { pattern, tell } of known) {
    const match = pattern.exec(text)
    if (match !== null) return tell(match.slice(1))
  }
  return null
}
