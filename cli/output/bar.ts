// Bars of block characters, an eighth of a column fine.

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const FULL = '█'

/** `ratio` of `width` columns; whatever is above nothing shows at least a sliver. */
export function bar(ratio: number, width: number): string {
  const bounded = Math.min(1, Math.max(0, Number.isNaN(ratio) ? 0 : ratio))
  const eighths = Math.round(bounded * width * 8)
  const shown = bounded > 0 ? Math.max(1, eighths) : 0
  return FULL.repeat(Math.floor(shown / 8)) + (EIGHTHS[shown % 8] ?? '')
}

/** A bar in a trough, for how full something is. */
export function gauge(ratio: number, width: number): string {
  return bar(ratio, width).padEnd(width, '░')
}
