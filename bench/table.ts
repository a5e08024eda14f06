// The one table, in Markdown: medians over the rounds. A ratio is the median of the ratios within
// each round, because what stands next to each other in time is what can be compared.
import type { Cell } from './measure.ts'
import { BASELINE } from './rows.ts'

/** Workload -> row -> a cell for each round. */
export type Cells = ReadonlyMap<string, ReadonlyMap<string, readonly Cell[]>>

type Read = (cell: Cell) => number | null

const rate = (cell: Cell) => cell.perSecond
const firstByte: Read = (cell) => (cell.answered === 0 ? null : cell.firstByteP50Ms)
const firstByteP99: Read = (cell) => (cell.answered === 0 ? null : cell.firstByteP99Ms)
const p50: Read = (cell) => (cell.answered === 0 ? null : cell.p50Ms)
const p99: Read = (cell) => (cell.answered === 0 ? null : cell.p99Ms)
const cpu: Read = (cell) => cell.cpuMsEach

const HEAD = [
  'workload',
  'row',
  'per second (min-max)',
  'of bare',
  'first byte p50 ms (over bare)',
  'first byte p99 ms (over bare)',
  'p50 ms',
  'of bare',
  'p99 ms',
  'of bare',
  'CPU ms each',
  'of bare',
  'busy: gateway / upstream / load',
  'errors',
]

export function table(cells: Cells): string {
  const lines: string[][] = [HEAD]
  for (const [workload, byRow] of cells) {
    const bare = byRow.get(BASELINE) ?? []
    for (const [row, rounds] of byRow) lines.push([workload, row, ...columns(rounds, bare)])
  }
  return layOut(lines)
}

function columns(rounds: readonly Cell[], bare: readonly Cell[]): string[] {
  const figure = (read: Read, places: number) => show(median(rounds.map(read)), places)
  const ratio = (read: Read) => {
    const each = rounds.map((cell, at) => divide(read(cell), bare[at] && read(bare[at])))
    return show(median(each), 2)
  }
  const more = (read: Read) => {
    const each = rounds.map((cell, at) => minus(read(cell), bare[at] && read(bare[at])))
    return show(median(each), 1)
  }
  const rates = rounds.map(rate).toSorted((one, other) => one - other)
  return [
    `${figure(rate, 0)} (${show(rates.at(0) ?? null, 0)}-${show(rates.at(-1) ?? null, 0)})`,
    ratio(rate),
    `${figure(firstByte, 1)} (${more(firstByte)})`,
    `${figure(firstByteP99, 1)} (${more(firstByteP99)})`,
    figure(p50, 1),
    ratio(p50),
    figure(p99, 1),
    ratio(p99),
    figure(cpu, 2),
    ratio(cpu),
    [
      figure((cell) => cell.busy.gateway, 2),
      figure((cell) => cell.busy.upstream, 2),
      figure((cell) => cell.busy.load, 2),
    ].join(' / '),
    errors(rounds),
  ]
}

/** All of them, over all rounds. */
function errors(rounds: readonly Cell[]): string {
  const counts = new Map<string, number>()
  for (const { errors: each } of rounds) {
    for (const [name, count] of Object.entries(each)) {
      counts.set(name, (counts.get(name) ?? 0) + count)
    }
  }
  if (counts.size === 0) return '0'
  return [...counts].map(([name, count]) => `${count} x ${name}`).join(', ')
}

/** null where any value is missing: half a row would not be comparable. */
function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).toSorted((one, other) => one - other)
  if (known.length === 0 || known.length < values.length) return null
  const middle = (known.length - 1) / 2
  const low = known[Math.floor(middle)] ?? 0
  const high = known[Math.ceil(middle)] ?? 0
  return (low + high) / 2
}

function divide(value: number | null, by: number | null | undefined): number | null {
  return value === null || by === null || by === undefined || by === 0 ? null : value / by
}

function minus(value: number | null, less: number | null | undefined): number | null {
  return value === null || less === null || less === undefined ? null : value - less
}

function show(value: number | null, places: number): string {
  return value === null ? '-' : value.toFixed(places)
}

function layOut(lines: readonly string[][]): string {
  const widths = HEAD.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  const draw = (line: readonly string[]) =>
    `| ${line.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const [head = [], ...rest] = lines
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [draw(head), rule, ...rest.map(draw)].join('\n')
}
