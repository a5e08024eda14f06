/** Whether a command may be sent again when its answer was lost: it carries an id, or changes nothing. */
import type { AccountCommand } from './commands.ts'

export function isRepeatable(command: AccountCommand): boolean {
  // Without an id it would be counted twice.
  if (command.type === 'acquire' || command.type === 'release') return command.holder !== null
  return command.type !== 'refuse'
}
