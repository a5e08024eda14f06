// Rows as columns that fit the terminal: the widest columns give way first, down to what still can be
// read; where even that is too wide, each row becomes a block of lines. Piped, nothing is cut.
import type { Style, Tone } from './style.ts'
import { displayWidth, fit, plain, truncate } from './text.ts'

export interface Column<Row> {
  readonly header: string
  readonly value: (row: Row) => string
  readonly align?: 'left' | 'right'
  /** Columns it is not cut below. */
  readonly min?: number
  readonly tone?: (row: Row) => Tone | undefined
}

export interface TableOptions {
  /** Of the terminal; null: as wide as it likes. */
  readonly width: number | null
  readonly style: Style
}

const GAP = '  '
const DEFAULT_MIN = 6

export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, style }: TableOptions,
): string[] {
  const cells = rows.map((row) => columns.map(({ value }) => plain(value(row))))
  const widths = fitWidths(columns, cells, width)
  if (widths === null) return blocks(columns, rows, cells, { width, style })
  const line = (texts: readonly string[], tone: (at: number) => Tone | undefined): string =>
    columns
      .map(({ align }, at) => {
        const text = fit(texts[at] ?? '', widths[at] ?? 0, align)
        const shown = at === columns.length - 1 ? text.trimEnd() : text
        const wanted = tone(at)
        return wanted === undefined ? shown : style(wanted, shown)
      })
      .join(GAP)
      .trimEnd()
  return [
    line(
      columns.map(({ header }) => header),
      () => 'bold',
    ),
    ...rows.map((row, at) => line(cells[at] ?? [], (column) => columns[column]?.tone?.(row))),
  ]
}

/** null: the columns cannot be made narrow enough. */
function fitWidths<Row>(
  columns: readonly Column<Row>[],
  cells: readonly (readonly string[])[],
  available: number | null,
): number[] | null {
  const widths = columns.map(({ header }, at) =>
    cells.reduce((widest, row) => Math.max(widest, displayWidth(row[at] ?? '')), header.length),
  )
  if (available === null) return widths
  const least = columns.map(({ min = DEFAULT_MIN }, at) => Math.min(min, widths[at] ?? 0))
  let excess = sum(widths) + GAP.length * (columns.length - 1) - available
  while (excess > 0) {
    const spare = widths.map((width, at) => (width > (least[at] ?? 0) ? width : 0))
    const widest = spare.indexOf(Math.max(...spare))
    if ((spare[widest] ?? 0) === 0) return null
    widths[widest] = (widths[widest] ?? 0) - 1
    excess -= 1
  }
  return widths
}

function blocks<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  cells: readonly (readonly string[])[],
  options: TableOptions,
): string[] {
  return rows.flatMap((_, at) => {
    const pairs = columns.map(({ header }, of) => [header, cells[at]?.[of] ?? ''] as const)
    return at === 0 ? details(pairs, options) : ['', ...details(pairs, options)]
  })
}

/** Names and values, one a line, values below one another. */
export function details(
  pairs: readonly (readonly [name: string, value: string])[],
  { width, style }: TableOptions,
): string[] {
  const shown = pairs.map(([name, value]) => [plain(name), plain(value)] as const)
  const names = Math.max(0, ...shown.map(([name]) => displayWidth(name)))
  return shown.map(([name, text]) => {
    const room = width === null ? null : Math.max(1, width - names - GAP.length)
    return `${style('bold', fit(name, names))}${GAP}${room === null ? text : truncate(text, room)}`
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
