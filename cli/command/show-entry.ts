// One ledger entry on one line. The columns are fixed, so that lines that come one by one align.
import type { Style, Tone } from '../output/style.ts'
import { fit, plain, truncate } from '../output/text.ts'
import type { Entry } from '../shape/usage.ts'
import { showAmount, showTime } from './show-limits.ts'

export interface LineOptions {
  readonly width: number | null
  readonly style: Style
}

const KIND_COLUMNS = 9

export function entryLine(entry: Entry, { width, style }: LineOptions): string {
  const kind = entry.kind ?? 'usage'
  const head = [
    ...(entry.seq === undefined ? [] : [String(entry.seq).padStart(6)]),
    ...(entry.at === undefined ? [] : [plain(showTime(entry.at))]),
  ].join('  ')
  const shownKind = fit(plain(kind), KIND_COLUMNS)
  const start = head === '' ? shownKind : `${head}  ${shownKind}`
  const line = `${start}  ${plain(whatHappened(entry))}`
  const cut = width === null ? line : truncate(line, width)
  return cut.replace(shownKind, style(toneOf(kind), shownKind)).trimEnd()
}

function toneOf(kind: string): Tone {
  if (kind === 'refused') return 'red'
  return kind === 'control' ? 'cyan' : 'green'
}

function whatHappened(entry: Entry): string {
  switch (entry.kind ?? '') {
    case 'refused':
      return `${entry.reason ?? 'for a reason unknown'} × ${entry.count ?? 1}`
    case 'control':
      return `${entry.action ?? 'unknown'} by ${entry.actor ?? 'unknown'}`
    default:
      return [
        entry.model ?? 'no model',
        `${showAmount(entry.total_tokens ?? 0)} tokens`,
        `$${entry.cost_usd ?? '0.00'}`,
        entry.user ?? '',
        entry.request_id ?? '',
      ]
        .filter((part) => part !== '')
        .join('  ')
  }
}
