// A usage report for people: totals, how full each limit is, and a chart of the groups.
import { bar, gauge } from '../output/bar.ts'
import { type Column, details, table, type TableOptions } from '../output/table.ts'
import { displayWidth, fit, plain, truncate } from '../output/text.ts'
import { type Dimension, type Group, type Standing, type Usage } from '../shape/usage.ts'
import { showAmount, showTime } from './show-limits.ts'

export const METRICS = ['cost', 'tokens', 'requests'] as const
export type Metric = (typeof METRICS)[number]

const GAUGE_COLUMNS = 10
const DEFAULT_WIDTH = 80
/** The label takes no more than this of the line, whatever it is called. */
const MAX_LABEL = 28

export function usageLines(usage: Usage, metric: Metric, options: TableOptions): string[] {
  const { total, limits, groups, by } = usage
  return [
    ...details(
      [
        ['Tenant', usage.tenant],
        ['Range', `${usage.from} to ${usage.to}`],
        ['Requests', `${showAmount(total.requests)} (${showAmount(total.refused)} refused)`],
        ['Tokens', `${showAmount(total.input_tokens)} in, ${showAmount(total.output_tokens)} out`],
        ['Cost', `$${total.cost_usd}`],
      ],
      options,
    ),
    ...(limits.length === 0 ? [] : ['', ...table(LIMIT_COLUMNS, limits, options)]),
    ...(groups.length === 0 ? [] : ['', ...chart(groups, { by, metric }, options)]),
  ]
}

/** For the eye only: amounts of money are compared as floats here, and told as the server wrote them. */
function fullness({ used, held, limit }: Standing): number {
  const taken = Number(used) + Number(held)
  return limit === null || taken === 0 ? 0 : taken / Number(limit)
}

function toneOf(standing: Standing): 'red' | 'yellow' | 'green' {
  const full = fullness(standing)
  if (full >= 0.9) return 'red'
  return full >= 0.7 ? 'yellow' : 'green'
}

const LIMIT_COLUMNS: readonly Column<Standing>[] = [
  { header: 'LIMIT', value: ({ name }) => name, min: 14 },
  { header: 'USED', value: ({ used, name }) => showAmount(used, name), align: 'right' },
  { header: 'HELD', value: ({ held, name }) => showAmount(held, name), align: 'right' },
  { header: 'MAX', value: ({ limit, name }) => showAmount(limit, name), align: 'right' },
  {
    header: 'FULL',
    value: (each) => (each.limit === null ? '' : gauge(fullness(each), GAUGE_COLUMNS)),
    tone: toneOf,
  },
  { header: 'RESETS', value: (each) => showTime(each.resets_at), min: 10 },
]

function chart(
  groups: readonly Group[],
  { by, metric }: { readonly by: Dimension; readonly metric: Metric },
  { width, style }: TableOptions,
): string[] {
  const labels = groups.map((group) => plain(labelOf(group, by)))
  const values = groups.map((group) => valueOf(group, metric))
  const texts = groups.map((group) => plain(textOf(group, metric)))
  const most = Math.max(...values)
  const total = width ?? DEFAULT_WIDTH
  const texted = Math.max(...texts.map(displayWidth))
  const longest = Math.max(...labels.map(displayWidth))
  const labelled = Math.max(1, Math.min(longest, MAX_LABEL, total - texted - 6))
  const room = Math.max(1, total - labelled - texted - 4)
  return [
    style('bold', truncate(`${metric} by ${by}`, total)),
    ...groups.map((_, at) => {
      const drawn = bar(most === 0 ? 0 : (values[at] ?? 0) / most, room)
      const label = fit(labels[at] ?? '', labelled)
      const padding = ' '.repeat(room - drawn.length)
      const text = fit(texts[at] ?? '', texted, 'right')
      return `${label}  ${style('cyan', drawn)}${padding}  ${text}`
    }),
  ]
}

/** A group without a user or key is what none was told for. */
function labelOf(group: Group, by: Dimension): string {
  return group.other === true ? '(all others)' : (group[by] ?? '(none)')
}

function valueOf(group: Group, metric: Metric): number {
  switch (metric) {
    case 'cost':
      return Number(group.cost_usd)
    case 'tokens':
      return group.total_tokens
    case 'requests':
      return group.requests
  }
}

function textOf(group: Group, metric: Metric): string {
  switch (metric) {
    case 'cost':
      return `$${group.cost_usd}`
    case 'tokens':
      return showAmount(group.total_tokens)
    case 'requests':
      return showAmount(group.requests)
  }
}
