// Every example that the help and the guide show is run, each against a gateway of its own.
import { readFile } from 'node:fs/promises'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { describe, expect, it } from 'vitest'
import { examplesOf } from '../../cli/examples.ts'
import { createProgram } from '../../cli/program.ts'
import { JobAnswer } from '../../cli/shape/plan.ts'
import { AcquisitionAnswer } from '../../cli/shape/quota.ts'
import { exampleArgs } from './support/example-args.ts'
import { exampleProfiles, writeProfileFile } from './support/profiles.ts'
import { idleTerminal, withCli } from './support/run-cli.ts'
import {
  ADMIN_TOKEN,
  type RecordedGateway,
  startRecordedGateway,
} from './support/recorded-gateway.ts'

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
  const gateway = await startRecordedGateway()
  try {
    return await withCli(async (cli, home) => {
      await writeProfileFile(home, exampleProfiles(gateway))
      const { args: written, isPiped } = exampleArgs(line)
      // What some examples give back.
      await acquire(gateway, 'max_products')
      const args = await withRealIds(gateway, written)
      const typed = line.includes('auth login') ? ADMIN_TOKEN : 'acme'
      const input = isPiped ? { stdin: `${ADMIN_TOKEN}\n` } : { typed: `${typed}\n` }
      const { code, stderr } = await cli(args, { ...input, interruptAfterPauses: 9 })
      return code === 0 ? 'ok' : `${code}: ${stderr}`
    })
  } finally {
    await gateway.stop()
  }
}

/** Ids are made by the gateway: the ones that examples write stand for some that there are. */
async function withRealIds(
  gateway: RecordedGateway,
  args: readonly string[],
): Promise<readonly string[]> {
  const makers = {
    key_1: () => Promise.resolve(gateway.keyId),
    job_1: () => startJob(gateway),
    acq_1: () => acquire(gateway, 'max_products'),
  }
  const ids = new Map<string, string>()
  for (const [name, make] of Object.entries(makers)) {
    if (args.includes(name)) ids.set(name, await make())
  }
  return args.map((arg) => ids.get(arg) ?? arg)
}

async function startJob({ inside }: RecordedGateway): Promise<string> {
  const moved = await inside.admin('POST', '/plans/move', { from: 'free', to: 'starter' })
  return JobAnswer.parse(await moved.json()).job.id
}

async function acquire({ inside, ownKey }: RecordedGateway, quota: string): Promise<string> {
  const headers = { authorization: `Bearer ${ownKey}` }
  const taken = await inside.send(`/tenant/quotas/${quota}/acquire`, { method: 'POST', headers })
  return AcquisitionAnswer.parse(await taken.json()).acquisition.id
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
