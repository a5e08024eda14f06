// Text that comes from a server or a file, on its way to a terminal: nothing in it may act on the
// terminal, and its width is counted in columns, not characters.

/** C0, DEL and C1 act on terminals; bidirectional controls make text read as another. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const ACTING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/** On one line, with everything that would act on the terminal shown as `\u{1b}`. */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(ACTING, (found) => `\\u{${found.codePointAt(0)?.toString(16) ?? ''}}`)
}

/** As JSON, which leaves DEL, C1 and bidirectional controls as they are, to a terminal's cost. */
export function toJson(
  value: unknown,
  {
    indent,
    eachText = (text) => text,
  }: { readonly indent?: number; readonly eachText?: (text: string) => string } = {},
): string {
  const json = JSON.stringify(
    value,
    (_, each: unknown) => (typeof each === 'string' ? eachText(each) : each),
    indent,
  )
  return json.replace(ACTING, (found) =>
    found === '\n' ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\ufe0f/u
const NARROW_ONLY = /^[\x20-\x7e]*$/

/** Katakana and Hangul of half the width. */
const HALF_WIDTH = /^[\uff61-\uffdc]/u

function graphemeWidth(grapheme: string): number {
  if (/^\p{Mark}+$/u.test(grapheme) || grapheme === '\u200b') return 0
  if (HALF_WIDTH.test(grapheme)) return Array.from(grapheme).length
  return WIDE.test(grapheme) ? 2 : 1
}

export function displayWidth(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

/** At most `width` columns; what is cut off ends in `…`. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment)
    if (used > width - 1) break
    kept += segment
  }
  return width < 1 ? '' : `${kept}…`
}

/** Exactly `width` columns. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = truncate(text, width)
  const padding = ' '.repeat(width - displayWidth(cut))
  return align === 'left' ? cut + padding : padding + cut
}
