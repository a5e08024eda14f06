// Streams that are under way for as long as a test wants them.
import { waitFor } from './admin-client.ts'
import { chat } from './call-gateway.ts'
import type { StageSet } from './stage-set.ts'

export interface HangingStreams {
  readonly key: string
  /** Marks them in the upstream's log. */
  readonly id: string
  readonly count: number
  /** Pieces that each has said when it falls silent. */
  readonly pieces: number
  readonly input: number
  readonly maxTokens: number
}

/** Opens them and waits until each has said its pieces; resolves to their request ids. */
export async function openStreams(set: StageSet, streams: HangingStreams): Promise<string[]> {
  const { key, id, count, pieces, input, maxTokens } = streams
  const script = { id, input, output: pieces + 10, hangAfter: pieces + 1 }
  const answers = await Promise.all(
    Array.from({ length: count }, () =>
      chat(set.gateway.url, key, { stream: true, script, body: { max_tokens: maxTokens } }),
    ),
  )
  await waitFor(`${count} streams to be under way`, () => {
    const said = set.upstream.log.of(id).filter(({ billed }) => billed.output === pieces)
    return said.length === count ? true : null
  })
  for (const answer of answers) {
    // Read on, or back-pressure would hold the upstream; a killed gateway ends it with an error.
    void answer.text().catch(() => undefined)
  }
  return answers.map(({ headers }) => headers.get('x-request-id') ?? '')
}
