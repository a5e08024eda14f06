/**
 * A report as JSON, or its groups as CSV (RFC 4180). Names come from callers: one that a spreadsheet
 * would take for a formula is quoted and begins with an apostrophe there.
 */
import type { UsageGroup, UsageReport } from './shown.ts'

export function usageResponse(report: UsageReport, format: 'json' | 'csv'): Response {
  if (format === 'json') {
    return Response.json(report, { headers: { 'cache-control': 'no-store' } })
  }
  const { tenant, from, to } = report
  return new Response(usageCsv(report), {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="usage-${tenant}-${from}-${to}.csv"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}

const FIGURES = [
  'requests',
  'refused',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'cached_tokens',
  'cost_usd',
  'bytes_in',
  'bytes_out',
] as const satisfies readonly (keyof UsageGroup)[]

const QUANTILES = ['p50', 'p95', 'p99'] as const

function usageCsv({ by, groups }: UsageReport): string {
  const names = by === 'day' || by === 'month' ? [by] : [by, 'other']
  const header = [...names, ...FIGURES, ...QUANTILES.map((name) => `latency_${name}_ms`)]
  const rows = groups.map((group) => [
    textField(group[by] ?? ''),
    ...(names.length > 1 ? [String(group.other ?? false)] : []),
    ...FIGURES.map((name) => String(group[name] ?? '')),
    ...QUANTILES.map((name) => String(group.latency_ms[name] ?? '')),
  ])
  return [header, ...rows].map((fields) => `${fields.join(',')}\r\n`).join('')
}

function textField(text: string): string {
  // Some spreadsheets take full-width signs alike, and part fields at semicolons that are not quoted.
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text
  return safe === text && !/[",;\t\r\n]/.test(text) ? text : `"${safe.replaceAll('"', '""')}"`
}
