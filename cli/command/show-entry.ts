// One ledger entry on one line. The columns are fixed, so that lines that come one by one align.
import type { Style, Tone } from '../output/style.ts'
import { fit, plain, truncate } from '../output/text.ts'
import { Amount } from '../shape/tenant.ts'
import type { Entry } from '../shape/usage.ts'
import { showAmount, showTime } from './show-limits.ts'

export interface LineOptions {
  readonly width: number | null
  readonly style: Style
}

/** `unresolved` is the longest. */
const KIND_COLUMNS = 10

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
  switch (kind) {
    case 'settled':
      return 'green'
    case 'refused':
      return 'red'
    case 'control':
    case 'reset':
      return 'cyan'
    case 'quota':
      return 'dim'
    default:
      return 'yellow'
  }
}

function whatHappened(entry: Entry): string {
  switch (entry.kind ?? '') {
    case 'refused':
      return `${causeOf(entry)} × ${entry.count ?? 1}`
    case 'control':
      return `${entry.action ?? 'unknown'} by ${entry.actor ?? 'unknown'}`
    case 'quota':
      return `${entry.quota ?? 'unknown'}  ${moves(entry)}, ${showAmount(entry.used ?? 0)} in use`
    case 'reset':
      return resetText(entry)
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

/** `rate requests_per_minute`; `model_forbidden`. */
function causeOf({ reason, limit }: Entry): string {
  return [reason ?? 'for a reason unknown', ...(limit ? [limit] : [])].join(' ')
}

/** Within its minute: `+3, -1 released, -2 expired`. */
function moves({ acquired = 0, released = 0, expired = 0 }: Entry): string {
  return [
    acquired === 0 ? '' : `+${showAmount(acquired)}`,
    released === 0 ? '' : `-${showAmount(released)} released`,
    expired === 0 ? '' : `-${showAmount(expired)} expired`,
  ]
    .filter((move) => move !== '')
    .join(', ')
}

function resetText({ budget = 'unknown', before, after, actor, reason }: Entry): string {
  const [was, is] = [before, after].map((amount) => {
    const parsed = Amount.safeParse(amount)
    return parsed.success ? showAmount(parsed.data, budget) : 'unknown'
  })
  const why = reason ? `: ${reason}` : ''
  return `${budget}  ${was} → ${is} by ${actor ?? 'unknown'}${why}`
}
