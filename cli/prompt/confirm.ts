// Before something that cannot be taken back, or that the gateway warns of: the person types the name
// of what it happens to. A script says it in a flag; without one, and without a person, nothing is done.
import { Failure, usageFailure } from '../failure.ts'
import type { FreshCommand } from '../fresh-command.ts'
import { plain } from '../output/text.ts'
import { describeTarget } from '../profile/target.ts'
import type { Session } from '../session.ts'
import { isInteractive } from '../terminal.ts'
import { ask } from './ask.ts'

export interface ConfirmOptions {
  readonly confirm?: string | undefined
  readonly yes?: true | undefined
}

export const CONFIRM = ['--confirm <name>', 'confirm by its name, instead of being asked'] as const
export const YES = ['--yes', 'confirm whatever it is, instead of being asked'] as const

export function confirmOptions(command: FreshCommand) {
  return command.option(...CONFIRM).option(...YES)
}

export interface Deed {
  /** "Archive tenant acme", and what that means. */
  readonly what: string
  readonly consequence: string
  /** What has to be typed. */
  readonly name: string
}

/** Throws Failure (usage) where `--confirm` is about something else; needs to be confirmed or not. */
export function refuseOtherName(name: string, { confirm: confirmed }: ConfirmOptions): void {
  if (confirmed === undefined || confirmed === name) return
  throw usageFailure(`--confirm says '${confirmed}', but this is about '${name}'.`)
}

/** Throws Failure: usage where nobody is there to ask, refused where something else was typed. */
export async function confirm(
  { terminal, target, print }: Pick<Session, 'terminal' | 'target' | 'print'>,
  { what, consequence, name }: Deed,
  options: ConfirmOptions,
): Promise<void> {
  const where = `${what} at ${describeTarget(target)}`
  refuseOtherName(name, options)
  print.note(`${where}: ${consequence}`)
  if (options.confirm === name || options.yes === true) return
  if (!isInteractive(terminal)) {
    throw usageFailure(
      'This has to be confirmed, and there is no terminal to ask on.',
      `--confirm ${name}   (or --yes)`,
    )
  }
  const typed = await ask(terminal, `Type ${print.noteStyle('bold', plain(name))} to go on: `)
  if (typed !== name) throw new Failure('refused', { title: 'Not confirmed. Nothing was done.' })
}
