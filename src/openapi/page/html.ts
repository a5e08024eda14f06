/** HTML as values: what is put into a template is escaped, unless it is HTML itself. */

export interface Html {
  readonly html: string
}

type Part = Html | string | number | readonly Html[]

export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: String.raw({ raw: literals }, ...parts.map(toText)) }
}

export const NOTHING: Html = { html: '' }

/** Text in which `code` stands in backticks. */
export function prose(text: string): Html {
  const pieces = text.split('`')
  return joined(
    pieces.map((piece, at) => (at % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`)),
  )
}

export function joined(parts: readonly Html[], between = ''): Html {
  return { html: parts.map((part) => part.html).join(between) }
}

function toText(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part))
  return 'html' in part ? part.html : joined(part).html
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
