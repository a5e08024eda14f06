/**
 * Whether a body is an event stream, told by how it begins: a server or a proxy on the way may name
 * its type wrongly, and what is not read as what it is cannot be measured.
 */

/** A comment, or one of the four fields, at the start of a line (WHATWG HTML, 9.2.6). */
const EVENTS = /^(?::|(?:data|event|id|retry)[:\r\n])/
/** With so many characters it is decided: the longest field with its colon. */
const ENOUGH = 'event:'.length

export class Opening {
  /** Drops a byte order mark, as readers of event streams do. */
  readonly #decoder = new TextDecoder()
  #text = ''

  /** Takes the body's next bytes; true once more of them would not change the verdict. */
  add(bytes: Uint8Array): boolean {
    const text = this.#text + this.#decoder.decode(bytes, { stream: true })
    this.#text = text.replace(/^[\r\n]+/, '').slice(0, ENOUGH)
    return this.isEvents || this.#text.length === ENOUGH
  }

  get isEvents(): boolean {
    return EVENTS.test(this.#text)
  }
}
