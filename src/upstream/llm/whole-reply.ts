/** For operations that generate no text and have no event stream. */
import type { Operation, StreamReader } from '../adapter.ts'

const silent: StreamReader = {
  read: () => 'forward',
  finished: () => true,
  measured: () => ({ usage: null, modelServed: null }),
  outputText: () => '',
}

export const wholeReplyOnly = {
  outputText: () => '',
  openStream: () => silent,
} satisfies Partial<Operation>
