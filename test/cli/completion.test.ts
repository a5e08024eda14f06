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
import { idleTerminal } from './support/run-cli.ts'

const { program } = createProgram(idleTerminal())

describe('what is offered', () => {
  it.each([
    ['te', ['tenant']],
    ['tenant ', ['create', 'list', 'get', 'update', 'suspend', 'reactivate', 'archive', 'delete']],
    ['tenant re', ['reactivate']],
    ['tenant get --j', ['--json']],
    ['usage acme --chart ', ['cost', 'tokens', 'requests']],
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
  },
  {
    shell: 'zsh',
    complete: `autoload -U compinit; compinit -u -D
      source <(tollgate completion zsh)
      compadd() { shift; print -l -- "$@" }
      words=(tollgate tenant re); CURRENT=3; _tollgate
      print $_comps[tollgate]`,
    shows: 'reactivate\n_tollgate\n',
  },
  {
    shell: 'fish',
    complete: `tollgate completion fish | source; complete -C 'tollgate tenant re' | cut -f1`,
    shows: 'reactivate\n',
  },
]

describe('the script', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tollgate-completion-'))
    await symlink(await buildCli(), join(folder, 'tollgate'))
    await writeProfileFile(folder, exampleProfiles('http://127.0.0.1:9'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  for (const { shell, complete, shows } of SHELLS) {
    const installed = isInstalled(shell)
    it.skipIf(!installed)(
      `completes in ${shell}${installed ? '' : ', which is not installed'}`,
      () => {
        const path = [folder, dirname(process.execPath), process.env['PATH']].join(':')
        const env = { PATH: path, HOME: folder }
        expect(execFileSync(shell, ['-c', complete], { env, encoding: 'utf8' })).toBe(shows)
      },
    )
  }
})
