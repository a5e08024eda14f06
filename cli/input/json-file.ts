// A JSON object from a file, or from stdin where the file is `-`.
import { readFile } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import * as z from 'zod'
import { usageFailure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

const JsonObject = z.record(z.string(), z.unknown())
export type JsonObject = z.infer<typeof JsonObject>

/** Throws Failure (usage) for a file that cannot be read or holds no JSON object. */
export async function readJsonFile(terminal: Terminal, path: string): Promise<JsonObject> {
  const text =
    path === '-' ? await readAll(terminal) : await readFile(path, 'utf8').catch(() => null)
  if (text === null) throw usageFailure(`${path} cannot be read.`)
  const parsed = JsonObject.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw usageFailure(`${path === '-' ? 'Standard input' : path} holds no JSON object.`)
}

/** Until its end, or Ctrl-C. */
export async function readAll({ stdin, interrupted }: Terminal): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of addAbortSignal(interrupted, stdin))
    pieces.push(
      typeof piece === 'string' ? Buffer.from(piece) : z.instanceof(Uint8Array).parse(piece),
    )
  return Buffer.concat(pieces).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
