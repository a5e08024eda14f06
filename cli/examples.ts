// Examples of a command, shown below its help. The tests run every one of them.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'

const shown = new WeakMap<object, readonly string[]>()

export function examples(command: CommandUnknownOpts, ...lines: readonly string[]): void {
  shown.set(command, lines)
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`)
}

export function examplesOf(command: CommandUnknownOpts): readonly string[] {
  return shown.get(command) ?? []
}
