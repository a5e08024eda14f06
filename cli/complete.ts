// What could stand where the cursor is: read off the tree of commands itself. Pure.
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings'

export interface Candidate {
  readonly word: string
  readonly about: string
}

/** `words` are those after the program's name; the last is the one being typed, perhaps empty. */
export function candidates(
  program: CommandUnknownOpts,
  words: readonly string[],
  profiles: readonly string[],
): Candidate[] {
  const typed = words.at(-1) ?? ''
  const { command, pending } = walk(program, words.slice(0, -1))
  const offered = pending === null ? offers(program, command, typed) : values(pending, profiles)
  return offered.filter(({ word }) => word.startsWith(typed))
}

/** The command that the words lead to, and the option whose value comes next, if one does. */
function walk(program: CommandUnknownOpts, words: readonly string[]) {
  let command = program
  let pending: Option | null = null
  for (const word of words) {
    if (pending !== null) {
      pending = null
    } else if (word.startsWith('-')) {
      const option = optionsOf(program, command).find(
        ({ long, short }) => word === long || word === short,
      )
      pending = option?.required || option?.optional ? option : null
    } else {
      command = command.commands.find((each) => each.name() === word) ?? command
    }
  }
  return { command, pending }
}

function offers(
  program: CommandUnknownOpts,
  command: CommandUnknownOpts,
  typed: string,
): Candidate[] {
  if (typed.startsWith('-')) {
    return optionsOf(program, command).map(({ long, short, description }) => ({
      word: long ?? short ?? '',
      about: description,
    }))
  }
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== 'help' || typed !== '')
    .map((each) => ({ word: each.name(), about: each.description() }))
}

function optionsOf(program: CommandUnknownOpts, command: CommandUnknownOpts): readonly Option[] {
  return command === program ? program.options : [...command.options, ...program.options]
}

function values({ long, argChoices }: Option, profiles: readonly string[]): Candidate[] {
  const words = long === '--profile' ? profiles : (argChoices ?? [])
  return words.map((word) => ({ word, about: '' }))
}
