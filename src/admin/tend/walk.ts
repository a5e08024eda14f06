/**
 * Goes through the directory a part at a time, from where the last walk of that name has stopped. A
 * walk that dies is begun again from there, so each visit must bear being repeated.
 */
import * as z from 'zod'
import type { DirectoryRow } from '../../store/store.ts'
import type { ControlDeps } from '../deps.ts'

const PAGE = 250
const Cursor = z.strictObject({ after: z.string().nullable() })

export interface Walk {
  readonly name: 'purge' | 'sweep'
  /** Rows of one walk. */
  readonly maxRows: number
  /** False ends the walk: the page is gone through again by the next one. */
  readonly visit: (rows: readonly DirectoryRow[]) => Promise<boolean>
}

export async function walkDirectory(
  { store: { directory }, clock }: Pick<ControlDeps, 'store' | 'clock'>,
  { name, maxRows, visit }: Walk,
): Promise<void> {
  const kept = await directory.document('cursor', name)
  let after = kept === null ? null : Cursor.parse(JSON.parse(kept.text)).after
  for (let left = maxRows; left > 0;) {
    const size = Math.min(PAGE, left)
    const rows = await directory.list(after, size)
    if (!(await visit(rows))) break
    left -= size
    after = rows.at(-1)?.tenant ?? null
    if (rows.length < size) {
      // At the end; the next walk begins from the front.
      after = null
      break
    }
  }
  const text = JSON.stringify({ after } satisfies z.infer<typeof Cursor>)
  const change = { kind: 'cursor', id: name, expected: kept?.revision ?? 0, text } as const
  // Stale: another walk went on meanwhile, and what it has kept will do as well.
  await directory.write([change], clock.now())
}
