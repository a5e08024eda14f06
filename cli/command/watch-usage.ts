// `tollgate usage --watch`. The platform sees the report drawn again in its place; a tenant sees each
// of its requests as it is settled. Either goes on until Ctrl-C.
import { readEvents } from '../api/event-stream.ts'
import type { Session } from '../session.ts'
import { Entry, type Usage } from '../shape/usage.ts'
import { entryLine } from './show-entry.ts'
import { type Metric, usageLines } from './show-usage.ts'

const RECONNECT_MS = 2_000

/** Piped, or as JSON, a report is printed only when it differs from the one before. */
export async function watchReport(
  { terminal, print }: Session,
  read: () => Promise<Usage>,
  { metric, intervalMs }: { readonly metric: Metric; readonly intervalMs: number },
): Promise<void> {
  const isDrawn = print.width !== null && !print.json
  let before = ''
  for (;;) {
    const report = await read()
    const lines = usageLines(report, metric, print)
    const now = JSON.stringify(report)
    if (now !== before) {
      if (isDrawn) terminal.stdout.write(redraw(lines, terminal.stdout.rows))
      else print.record(report, () => print.lines([...lines, '']))
    }
    before = now
    await terminal.pause(intervalMs)
  }
}

/** From the top of the screen, each line cleared to its end, then all below; what has no room is left off. */
function redraw(lines: readonly string[], rows: number | undefined): string {
  const shown = lines.slice(0, rows ? Math.max(1, rows - 1) : lines.length)
  return `\u001b[H${shown.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`
}

/** A gateway ends each stream after some minutes, and when the tenant changes: then the next goes on from there. */
export async function watchLive({ api, print, terminal }: Session, place: string): Promise<void> {
  for (let lastId = ''; ; await terminal.pause(RECONNECT_MS)) {
    const stream = api.stream(place, lastId === '' ? undefined : lastId)
    for await (const { event, data, id } of readEvents(stream)) {
      lastId = id
      // What this version does not understand is no reason to stop watching.
      const entry = event === 'usage' ? Entry.safeParse(parseJson(data)) : null
      if (entry?.success)
        print.record(entry.data, () => print.lines([entryLine(entry.data, print)]))
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
