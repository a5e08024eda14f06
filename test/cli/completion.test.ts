// Completion: what is offered where, and the scripts in the shells that are installed.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCli } from '../../build/cli.ts'
import { candidates } from '../../cli/complete.ts'
import { createProgram } from '../../cli/program.ts'
import { exampleProfiles, writeProfileFile } from './support/profiles.ts'
import { openPty, whyNoPty } from './support/pty.ts'
import { idleTerminal } from './support/run-cli.ts'

const { program } = createProgram(idleTerminal())

describe('what is offered', () => {
  it.each([
    ['te', ['tenant']],
    ['tenant ', ['create', 'list', 'get', 'update', 'suspend', 'reactivate', 'archive', 'delete']],
    ['tenant re', ['reactivate']],
    ['tenant get --j', ['--json']],
    ['usage acme --chart ', ['cost', 'tokens', 'requests']],
    ['usage acme --by m', ['month', 'model']],
    ['tenant list --profile p', ['prod']],
    ['--profile prod tenant l', ['list']],
    ['tenant get acme', []],
    ['completion ', ['bash', 'zsh', 'fish']],
  ])('after "tollgate %s" is %j', (typed, words) => {
    const found = candidates(program, typed.split(' '), ['prod', 'staging'])
    expect(found.map(({ word }) => word)).toEqual(words)
  })

  it('has nothing that is hidden', () => {
    expect(candidates(program, [''], []).map(({ word }) => word)).not.toContain('__complete')
  })
})

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const SHELLS = [
  {
    shell: 'bash',
    complete: `source <(tollgate completion bash)
      COMP_WORDS=(tollgate tenant re); COMP_CWORD=2; _tollgate; printf '%s\\n' "\${COMPREPLY[@]}"
      COMP_WORDS=(tollgate --profile ''); COMP_CWORD=2; _tollgate; printf '%s\\n' "\${COMPREPLY[@]}"
      complete -p tollgate`,
    shows: 'reactivate\ndefault\nprod\nstaging\nacme\ncomplete -o default -F _tollgate tollgate\n',
    open: 'bash --norc --noprofile -i',
    load: 'source <(tollgate completion bash)',
  },
  {
    shell: 'zsh',
    complete: `autoload -U compinit; compinit -u -D
      source <(tollgate completion zsh)
      compadd() { shift; print -l -- "$@" }
      words=(tollgate tenant re); CURRENT=3; _tollgate
      print $_comps[tollgate]`,
    shows: 'reactivate\n_tollgate\n',
    open: 'zsh -f -i',
    load: 'autoload -U compinit; compinit -u -D; source <(tollgate completion zsh)',
  },
  {
    shell: 'fish',
    complete: `tollgate completion fish | source; complete -C 'tollgate tenant re' | cut -f1
      complete -C 'tollgate plan create --file package.js' | cut -f1`,
    shows: 'reactivate\npackage.json\n',
    open: 'fish --no-config -i',
    load: 'tollgate completion fish | source',
  },
]

describe('the script', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tollgate-completion-'))
    await symlink(await buildCli(), join(folder, 'tollgate'))
    await writeProfileFile(
      folder,
      exampleProfiles({ url: 'http://127.0.0.1:9', ownKey: 'tg_acme_key' }),
    )
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  for (const { shell, complete, shows, open, load } of SHELLS) {
    const installed = isInstalled(shell)
    it.skipIf(!installed)(
      `completes in ${shell}${installed ? '' : ', which is not installed'}`,
      () => {
        const path = [folder, dirname(process.execPath), process.env['PATH']].join(':')
        const env = { PATH: path, HOME: folder }
        expect(execFileSync(shell, ['-c', complete], { env, encoding: 'utf8' })).toBe(shows)
      },
    )

    it.skipIf(!installed || whyNoPty() !== null)(
      `completes in ${shell} when TAB is pressed`,
      async () => {
        const path = [folder, dirname(process.execPath), process.env['PATH']].join(':')
        const env = { PATH: path, PS1: '> ' }
        const pty = openPty({ command: open, cliPath: '', home: folder, env })
        pty.type(`${load}\recho lo''aded\r`)
        await pty.sees('loaded')
        // Only the whole word is a command; what this one says is in no echo.
        pty.type('tollgate tenant re\t\r')
        await pty.sees("missing required argument 'slug'")
        pty.type('exit 0\r')
        expect(await pty.exited).toBe(0)
      },
    )
  }
})
