// What a Qdrant says to the benchmark's requests, made once: valid JSON that is the same whatever is
// asked, so that the upstream costs next to nothing and what is measured is the gateway.
import { TENANT } from './tenant.ts'

const HITS = 10

const UPDATED = { operation_id: 1, status: 'completed' }

/** The last segments of a path below the service, to the answer. */
const ANSWERS: Readonly<Record<string, string>> = {
  // Tagged: untagged points would have the gateway repair them.
  'POST points/query': queryAnswer({ _tenant_id: TENANT }),
  'POST points/count': envelope({ count: 256 }),
  'PUT points': envelope(UPDATED),
  // Of a collection that is made: its own answer, then that of the index of its tag.
  'PUT collections': envelope(true),
  'PUT index': envelope(UPDATED),
}

/** null: nothing that the benchmark asks. */
export function vectorAnswer(method: string, path: string): string | null {
  const segments = path.split('?', 1)[0]?.split('/') ?? []
  const [last = '', before = ''] = segments.toReversed()
  const isCollection = before === 'collections'
  const named = isCollection ? before : before === 'points' ? `${before}/${last}` : last
  return ANSWERS[`${method} ${named}`] ?? null
}

/** What the client reads of it: the tag is the gateway's own, and taken out. */
export const shownQueryAnswer = queryAnswer(null)
export const shownUpsertAnswer = envelope(UPDATED)

function queryAnswer(tag: object | null): string {
  const points = Array.from({ length: HITS }, (_, at) => ({
    id: at + 1,
    version: 1,
    score: 0.9 - at / 100,
    payload: { title: `Passage ${at + 1}`, page: at, ...tag },
  }))
  return envelope({ points })
}

function envelope(result: unknown): string {
  return JSON.stringify({ result, status: 'ok', time: 0.001 })
}
