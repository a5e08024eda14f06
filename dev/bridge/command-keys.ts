// Which keys a command names, to find the node of a cluster that has them. Scripts say it themselves;
// for the rest Redis' own table is asked, and Redis itself where the table does not tell.
import type { Command, Reply } from './reply.ts'
import { itemsOf, textOf } from './reply.ts'

const SCRIPTED = new Set(['eval', 'evalsha', 'eval_ro', 'evalsha_ro', 'fcall', 'fcall_ro'])

/** The keys of a scripted command by its count; null for other commands, and when the count is none. */
export function scriptKeys([name, , count = '', ...rest]: Command): readonly string[] | null {
  if (!SCRIPTED.has(name.toLowerCase()) || !/^(?:0|[1-9][0-9]{0,5})$/.test(count)) return null
  return Number(count) <= rest.length ? rest.slice(0, Number(count)) : null
}

type Ask = (command: Command) => Promise<Reply>

/** Lower-case name -> where its first key stands; 0 where the table alone does not tell. */
export type KeyPositions = ReadonlyMap<string, number>

export async function readKeyPositions(ask: Ask): Promise<KeyPositions> {
  const positions = new Map<string, number>()
  for (const entry of itemsOf(await ask(['COMMAND'])) ?? []) {
    const [name, , flags, first] = itemsOf(entry) ?? []
    const movable = (itemsOf(flags) ?? []).some((flag) => textOf(flag) === 'movablekeys')
    const position = movable || first?.type !== 'integer' ? 0 : Number(first.digits)
    positions.set((textOf(name) ?? '').toLowerCase(), position)
  }
  return positions
}

/** null when it names none, or is so wrong that any node will say so. */
export async function firstKey(
  command: Command,
  positions: KeyPositions,
  ask: Ask,
): Promise<string | null> {
  const keys = scriptKeys(command)
  if (keys !== null) return keys[0] ?? null
  const position = positions.get(command[0].toLowerCase())
  if (position === undefined) return null
  if (position > 0) return command[position] ?? null
  return textOf(itemsOf(await ask(['COMMAND', 'GETKEYS', ...command]))?.[0])
}
