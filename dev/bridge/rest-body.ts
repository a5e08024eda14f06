// Reads the bodies of Upstash's REST API: a command, or a list of them, as JSON arrays. What is
// passed on is exactly what was sent, numbers in the very digits; what has no exact form is refused.
import type { Buffer } from 'node:buffer'
import * as z from 'zod'
import type { Command } from './reply.ts'

const Word = z
  .union([z.string(), z.boolean().transform(String)])
  .refine((text) => text.isWellFormed())
const CommandBody = z.tuple([Word.refine((name) => name !== '')], Word)
const CommandsBody = z.array(CommandBody).min(1)

/** null when it is not one command. */
export function readCommand(body: Buffer): Command | null {
  return CommandBody.safeParse(parseJson(body)).data ?? null
}

/** null when it is not a list of commands. */
export function readCommands(body: Buffer): readonly Command[] | null {
  return CommandsBody.safeParse(parseJson(body)).data ?? null
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), digitsOf)
  } catch {
    return undefined
  }
}

/** A number as it was written: as a double it may be another one. */
function digitsOf(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value
}
