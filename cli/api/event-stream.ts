// Server-sent events out of pieces of bytes: WHATWG HTML section 9.2, as far as a reader of events
// needs it (`retry` is for those who are many).

export interface ServerSentEvent {
  readonly event: string
  readonly data: string
  /** The last id there was up to here; `""` before the first. */
  readonly id: string
}

export async function* readEvents(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  let event = ''
  let id = ''
  let data: string[] = []
  for await (const line of readLines(pieces)) {
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id }
      event = ''
      data = []
      continue
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (field === 'id') id = value
  }
}

/** Lines end in CR, LF or CRLF; what has no end is dropped, as an event cut short must be. */
async function* readLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true })
    for (;;) {
      // A CR at the very end may be half of a CRLF.
      const end = /\r\n|\n|\r(?!$)/.exec(rest)
      if (end === null) break
      yield rest.slice(0, end.index)
      rest = rest.slice(end.index + end[0].length)
    }
  }
}
