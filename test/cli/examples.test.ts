// Every example that the help and the guide show is run, each against a gateway of its own.
import { readFile } from 'node:fs/promises'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { describe, expect, it } from 'vitest'
import { examplesOf } from '../../cli/examples.ts'
import { createProgram } from '../../cli/program.ts'
import { exampleArgs } from './support/example-args.ts'
import { exampleProfiles, writeProfileFile } from './support/profiles.ts'
import { idleTerminal, withCli } from './support/run-cli.ts'
import { ADMIN_TOKEN, startStandIn } from './support/stand-in.ts'

interface Leaf {
  readonly name: string
  readonly command: CommandUnknownOpts
}

function leaves(command: CommandUnknownOpts, name = ''): Leaf[] {
  const visible = command.createHelp().visibleCommands(command)
  const commands = visible.filter((each) => each.name() !== 'help')
  if (commands.length === 0) return [{ name: name.trim(), command }]
  return commands.flatMap((each) => leaves(each, `${name} ${each.name()}`))
}

const { program } = createProgram(idleTerminal())
const all = leaves(program)
const guide = await readFile('docs/cli.md', 'utf8')
const guideExamples = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)]
  .flatMap(([, block = '']) => block.split('\n'))
  .map((line) => line.replace(/ +# .*$/, ''))
  .filter((line) => /\btollgate /.test(line) && !line.startsWith('#') && !line.startsWith('npx'))

async function exitCodeOf(line: string): Promise<string> {
  const standIn = await startStandIn()
  try {
    return await withCli(async (cli, home) => {
      await writeProfileFile(home, exampleProfiles(standIn.url))
      const { args, isPiped } = exampleArgs(line)
      const typed = line.includes('auth login') ? ADMIN_TOKEN : 'acme'
      const input = isPiped ? { stdin: `${ADMIN_TOKEN}\n` } : { typed: `${typed}\n` }
      const { code, stderr } = await cli(args, { ...input, interruptAfterPauses: 9 })
      return code === 0 ? 'ok' : `${code}: ${stderr}`
    })
  } finally {
    await standIn.stop()
  }
}

describe('help', () => {
  it.each(all)('shows examples of $name that work', async ({ name, command }) => {
    const lines = examplesOf(command)
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) {
      expect(line).toContain(`tollgate ${name}`)
      expect(await exitCodeOf(line), line).toBe('ok')
    }
  })

  it.each(all)('of $name shows its examples', async ({ name, command }) => {
    const { stdout, code } = await withCli((cli) => cli([...name.split(' '), '--help']))
    expect(code).toBe(0)
    for (const line of examplesOf(command)) expect(stdout).toContain(`  $ ${line}\n`)
  })
})

describe('docs/cli.md', () => {
  it.each(all)('has an example of $name', ({ name }) => {
    const used = guideExamples.some((line) =>
      ` ${exampleArgs(line).args.join(' ')} `.startsWith(` ${name} `),
    )
    expect(used).toBe(true)
  })

  it.each(guideExamples)('can be followed: %s', async (line) => {
    expect(await exitCodeOf(line)).toBe('ok')
  })
})
