// Reads workerd's own trace: which calls to Durable Objects and which fetches the Worker has really
// made, without a counter anywhere in the code that is tested.
import * as z from 'zod'

export type Operation = 'object call' | 'fetch'

const Line = z.looseObject({
  e: z.string(),
  kind: z.string().optional(),
  name: z.string().optional(),
})

const NAMES = new Map<string, Operation>([
  ['durable_object_subrequest', 'object call'],
  ['fetch', 'fetch'],
])

export function readOperations(trace: string): Operation[] {
  return trace
    .split('\n')
    .filter(Boolean)
    .map((line) => Line.parse(JSON.parse(line)))
    .filter(({ e, kind }) => e === 'init' && kind === 'operation')
    .flatMap(({ name = '' }) => NAMES.get(name) ?? [])
}
