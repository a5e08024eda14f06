// `tollgate config`: which gateways there are, and which one is meant when none is named.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { examples } from '../examples.ts'
import { usageFailure } from '../failure.ts'
import type { Printer } from '../output/printer.ts'
import { parseApiUrl, refuseCleartext } from '../profile/api-url.ts'
import {
  DEFAULT_PROFILE,
  findProfile,
  getProfile,
  parseProfileName,
  withProfile,
} from '../profile/profiles.ts'
import { ask } from '../prompt/ask.ts'
import type { App } from '../session.ts'
import { isInteractive, variable } from '../terminal.ts'

export function configCommands(program: CommandUnknownOpts, app: App): void {
  const config = program.command('config').description('profiles: which gateways to work with')

  const init = config
    .command('init')
    .description('make a profile, or give it another address')
    .option('--api-url <url>', 'where the gateway is')
    .action(async ({ apiUrl }) => initProfile(app, apiUrl))
  examples(
    init,
    'tollgate config init --api-url https://gateway.example.com',
    'tollgate config init --api-url http://127.0.0.1:8787 --profile local',
  )

  const list = config
    .command('list')
    .description('all profiles')
    .action(async () => listProfiles(app))
  examples(list, 'tollgate config list', 'tollgate config list --json')

  const use = config
    .command('use')
    .description('make a profile the one that is used when none is named')
    .argument('<profile>', 'its name')
    .action(async (name) => {
      const file = await app.profiles()
      const { api_url: apiUrl } = getProfile(file, name)
      await app.changeProfiles((now) => ({ ...now, current: name }))
      app.printer().note(`Commands act on ${apiUrl} (profile ${name}) from now on.`)
    })
  examples(use, 'tollgate config use staging')

  const show = config
    .command('show')
    .description('what is in force: profile, address, where the token comes from')
    .action(async () => showConfig(app))
  examples(show, 'tollgate config show', 'tollgate config show --profile staging')
}

async function initProfile(app: App, flag: string | undefined): Promise<void> {
  const print = app.printer()
  await app.profiles()
  const name = parseProfileName(
    app.globals.profile ?? variable(app.terminal.env, 'TOLLGATE_PROFILE') ?? DEFAULT_PROFILE,
  )
  const apiUrl = parseApiUrl(flag ?? (await askApiUrl(app)), '--api-url')
  refuseCleartext(apiUrl, app.globals.insecure === true)
  const notes = [`Profile ${name} is for ${apiUrl}.`]
  await app.changeProfiles((file) => {
    const before = findProfile(file, name)
    const isMoved = before !== undefined && before.api_url !== apiUrl
    const kept = before === undefined || isMoved ? { api_url: apiUrl } : before
    const after = withProfile(file, name, kept)
    if (isMoved && before.token !== undefined) {
      notes.push(`Its token was for ${before.api_url} and has been removed.`)
    }
    if (kept.token === undefined) notes.push(`Next: tollgate auth login --profile ${name}`)
    if (after.current !== name) notes.push(`To use it by default: tollgate config use ${name}`)
    return after
  })
  for (const note of notes) print.note(note)
}

async function askApiUrl({ terminal }: App): Promise<string> {
  if (isInteractive(terminal)) return ask(terminal, 'Address of the gateway: ')
  throw usageFailure('Where is the gateway?', '--api-url <url>')
}

async function listProfiles(app: App): Promise<void> {
  const { current, profiles } = await app.profiles()
  const rows = Object.entries(profiles).map(([name, { api_url: apiUrl, token }]) => ({
    name,
    api_url: apiUrl,
    current: name === current,
    logged_in: token !== undefined,
  }))
  const print = app.printer()
  print.show(rows, () =>
    print.table(
      [
        { header: 'PROFILE', value: ({ name }) => name, min: 10 },
        { header: 'API URL', value: (row) => row.api_url, min: 16 },
        { header: 'CURRENT', value: (row) => (row.current ? 'yes' : '') },
        { header: 'TOKEN', value: (row) => (row.logged_in ? 'stored' : 'none') },
      ],
      rows,
      'No profiles. Make one: tollgate config init --api-url <url>',
    ),
  )
}

async function showConfig(app: App): Promise<void> {
  const { profile, apiUrl, tokenFrom } = await app.target()
  const print: Printer = app.printer()
  const shown = { profile, api_url: apiUrl, token_from: tokenFrom, file: app.profilePath }
  print.show(shown, () =>
    print.details([
      ['Profile', profile ?? 'none (TOLLGATE_API_URL)'],
      ['API URL', apiUrl],
      ['Token', tokenFrom === null ? 'none' : `from ${tokenFrom}`],
      ['File', app.profilePath],
    ]),
  )
}
