// Reads workerd's own trace: which calls to Durable Objects and which fetches the Worker has really
// made, without a counter anywhere in the code that is tested.
import * as z from 'zod'

export type Operation = 'store call' | 'upstream call' | 'another call'

/** Base URLs of what the Worker may fetch from. */
export interface Places {
  readonly upstream: string
  /** Null where the store is in the Worker's own objects. */
  readonly store: string | null
}

const Line = z.looseObject({
  e: z.string(),
  ctx: z.int().optional(),
  id: z.int().optional(),
  kind: z.string().optional(),
  name: z.string().optional(),
  k: z.string().optional(),
  v: z.unknown().optional(),
})

export function readOperations(trace: string, places: Places): Operation[] {
  const lines = trace
    .split('\n')
    .filter(Boolean)
    .map((line) => Line.parse(JSON.parse(line)))
  const urls = new Map(
    lines
      .filter(({ e, k }) => e === 'annotate' && k === 'url.full')
      .map(({ ctx, id, v }) => [`${ctx}/${id}`, String(v)]),
  )
  return lines
    .filter(({ e, kind }) => e === 'init' && kind === 'operation')
    .flatMap(({ ctx, id, name }): Operation[] => {
      if (name === 'durable_object_subrequest') return ['store call']
      return name === 'fetch' ? [whereTo(urls.get(`${ctx}/${id}`) ?? '', places)] : []
    })
}

function whereTo(url: string, { upstream, store }: Places): Operation {
  if (url.startsWith(`${upstream}/`)) return 'upstream call'
  return store !== null && url.startsWith(`${store}/`) ? 'store call' : 'another call'
}
