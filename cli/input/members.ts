// What flags and a file say of a tenant or a plan, put together as the body of a request.
import { usageFailure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import type { Assigned } from './assignments.ts'
import { type JsonObject, readJsonFile } from './json-file.ts'

export interface MemberFlags {
  readonly file?: string | undefined
  readonly limit?: Assigned | undefined
  readonly quota?: Assigned | undefined
  readonly policy?: Assigned | undefined
}

/** The file's members; inside `limits`, `quotas` and `policy` a flag goes before the file. */
export async function readMembers(
  terminal: Terminal,
  { file, limit, quota, policy }: MemberFlags,
  others: JsonObject,
): Promise<JsonObject> {
  const base = file === undefined ? {} : await readJsonFile(terminal, file)
  const set = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined))
  return {
    ...base,
    ...merged(base, 'limits', limit),
    ...merged(base, 'quotas', quota),
    ...merged(base, 'policy', policy),
    ...set,
  }
}

export function merged(base: JsonObject, name: string, assigned: Assigned | undefined): JsonObject {
  if (assigned === undefined) return {}
  const before = base[name] ?? {}
  if (typeof before !== 'object') throw usageFailure(`${name} in the file is no object.`)
  return { [name]: { ...before, ...assigned } }
}
