/** Listing models: the same two paths in both APIs, answered by the gateway, so nothing is read or sent. */
import type { Operation } from '../adapter.ts'
import { promptless } from './promptless.ts'
import { wholeReplyOnly } from './whole-reply.ts'

/** `ignoredQuery`: paging and the like; the list is short and always given whole. */
export function modelsOperations(ignoredQuery: readonly string[]): readonly Operation[] {
  const paths = [
    ['models.list', '/v1/models'],
    ['models.retrieve', '/v1/models/{model}'],
  ] as const
  return paths.map(([name, path]) => ({
    name,
    path,
    method: 'GET',
    kind: 'models',
    scope: 'models',
    ignoredQuery,
    read: () => ({
      ok: true,
      ask: {
        model: null,
        stream: false,
        outputCap: 0,
        choices: 1,
        inputUpperTokens: 0,
        inputEstimateTokens: 0,
        audio: false,
        tools: [],
      },
    }),
    write: (body) => body,
    ...promptless,
    measure: () => ({ usage: null, modelServed: null }),
    ...wholeReplyOnly,
  }))
}
