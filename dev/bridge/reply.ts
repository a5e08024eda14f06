// What Redis answers (RESP2) and what it is asked, as the bridge passes them on. Integers stay digits
// and texts stay bytes, so that nothing is rounded or repaired between Redis and the client.
import { Buffer } from 'node:buffer'

/** A command's name and its arguments; every text is well-formed Unicode. */
export type Command = readonly [name: string, ...args: string[]]

export type Reply =
  | { readonly type: 'status'; readonly text: string }
  | { readonly type: 'error'; readonly message: string }
  | { readonly type: 'integer'; readonly digits: string }
  | { readonly type: 'bulk'; readonly bytes: Buffer }
  | { readonly type: 'null' }
  | { readonly type: 'array'; readonly items: readonly Reply[] }

/** The bytes of `commands`, one after the other. */
export function encodeCommands(commands: readonly Command[]): string {
  const parts: string[] = []
  for (const command of commands) {
    parts.push(`*${command.length}\r\n`)
    for (const text of command) parts.push(`$${Buffer.byteLength(text)}\r\n${text}\r\n`)
  }
  return parts.join('')
}

/** The text of a status or a bulk string; null for anything else. */
export function textOf(reply: Reply | undefined): string | null {
  if (reply?.type === 'status') return reply.text
  return reply?.type === 'bulk' ? reply.bytes.toString('utf8') : null
}

export function itemsOf(reply: Reply | undefined): readonly Reply[] | null {
  return reply?.type === 'array' ? reply.items : null
}
