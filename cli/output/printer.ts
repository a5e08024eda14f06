// What a command prints: data on stdout, as JSON or for people; everything else on stderr.
import { columnsOf, type Terminal } from '../terminal.ts'
import { type Style, styleFor } from './style.ts'
import { type Column, details, table } from './table.ts'
import { plain, toJson } from './text.ts'

export interface PrinterOptions {
  readonly json: boolean
  readonly color: boolean
}

export class Printer {
  readonly json: boolean
  readonly style: Style
  /** For stderr, which may be a terminal where stdout is none. */
  readonly noteStyle: Style
  readonly #terminal: Terminal

  constructor(terminal: Terminal, { json, color }: PrinterOptions) {
    this.json = json
    this.style = styleFor(terminal.stdout, terminal.env, color)
    this.noteStyle = styleFor(terminal.stderr, terminal.env, color)
    this.#terminal = terminal
  }

  /** Of the terminal that stdout is, as it is by now; null where it is none. */
  get width(): number | null {
    return columnsOf(this.#terminal.stdout)
  }

  /** One line, with nothing in it that acts on a terminal. */
  line(text: string): void {
    this.lines([plain(text)])
  }

  /** Lines as they are: made safe already, and perhaps coloured. */
  lines(texts: readonly string[]): void {
    if (texts.length > 0) this.#terminal.stdout.write(`${texts.join('\n')}\n`)
  }

  note(text: string): void {
    this.#terminal.stderr.write(`${plain(text)}\n`)
  }

  /** What the server says of a change that it has made all the same. */
  warn(warnings: readonly string[] = []): void {
    for (const warning of warnings) this.note(`Warning: ${warning}`)
  }

  /** `value` with --json, else what `human` prints. */
  show(value: unknown, human: () => void): void {
    if (this.json) this.lines([toJson(value, { indent: 2 })])
    else human()
  }

  /** One value a line, for what comes in a stream. */
  record(value: unknown, human: () => void): void {
    if (this.json) this.lines([toJson(value)])
    else human()
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], nothing: string): void {
    if (rows.length === 0) this.note(nothing)
    else this.lines(table(columns, rows, { width: this.width, style: this.style }))
  }

  details(pairs: readonly (readonly [name: string, value: string])[]): void {
    this.lines(details(pairs, { width: this.width, style: this.style }))
  }
}
