// `tollgate completion`: a script for the shell that asks `tollgate __complete` at each TAB, so that
// what is offered is always what this very version has. It asks no gateway.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { candidates } from '../complete.ts'
import { examples } from '../examples.ts'
import type { App } from '../session.ts'

const SCRIPTS = {
  bash: `_tollgate() {
  local IFS=$'\\n'
  COMPREPLY=($(tollgate __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _tollgate tollgate`,
  zsh: `#compdef tollgate
_tollgate() {
  local -a found
  found=("\${(@f)$(tollgate __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null | cut -f1)}")
  if (( \${#found[@]} > 1 )) || [[ -n "\${found[1]}" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
if [[ "\${funcstack[1]}" == "_tollgate" ]]; then _tollgate; else compdef _tollgate tollgate; fi`,
  fish: `function __tollgate_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (tollgate __complete -- $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    string join \\n -- $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c tollgate -f -a '(__tollgate_complete)'`,
} as const

const HOW = {
  bash: 'source <(tollgate completion bash)',
  zsh: 'source <(tollgate completion zsh)',
  fish: 'tollgate completion fish | source',
} as const

export function completionCommands(program: CommandUnknownOpts, app: App): void {
  const completion = program
    .command('completion')
    .description('a script that makes TAB complete commands and flags')
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const command = completion
      .command(shell)
      .description(`for ${shell}`)
      .action(() => app.printer().lines([SCRIPTS[shell]]))
    examples(command, HOW[shell])
  }

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words) => {
      const profiles = await app.profiles().then(
        (file) => Object.keys(file.profiles),
        () => [],
      )
      const found = candidates(program, words, profiles)
      app.printer().lines(found.map(({ word, about }) => `${word}\t${about}`))
    })
}
