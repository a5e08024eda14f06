// `tollgate auth`: the token of a profile. It comes from a prompt without echo or from stdin, never
// from the command line, where the shell's history and every other process could read it.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { examples } from '../examples.ts'
import { Failure, usageFailure } from '../failure.ts'
import { identify } from '../identity.ts'
import { readAll } from '../input/json-file.ts'
import { DEFAULT_PROFILE, getProfile, type ProfileFile, withProfile } from '../profile/profiles.ts'
import { describeTarget, parseToken } from '../profile/target.ts'
import { parseApiUrl } from '../profile/api-url.ts'
import { askSecret } from '../prompt/ask.ts'
import type { App } from '../session.ts'
import { isInteractive, variable } from '../terminal.ts'

export function authCommands(program: CommandUnknownOpts, app: App): void {
  const auth = program.command('auth').description('the token of a profile')

  const login = auth
    .command('login')
    .description('check a token against the gateway, and keep it in the profile')
    .option('--token-stdin', 'read the token from stdin instead of asking for it')
    .action(async ({ tokenStdin }) => logIn(app, tokenStdin === true))
  examples(
    login,
    'tollgate auth login',
    'pass show prod-token | tollgate auth login --token-stdin --profile prod',
  )

  const logout = auth
    .command('logout')
    .description('remove the token from the profile')
    .action(async () => logOut(app))
  examples(logout, 'tollgate auth logout', 'tollgate auth logout --profile staging')

  const status = auth
    .command('status')
    .description('whom the gateway takes you for')
    .action(async () => {
      const { api, target, print } = await app.open()
      const identity = await identify(api, target.token ?? '')
      const shown = { ...identity, api_url: target.apiUrl, token_from: target.tokenFrom }
      print.show(shown, () =>
        print.details([
          ['Gateway', describeTarget(target)],
          ['You are', identity.name],
          ['Token', `from ${target.tokenFrom ?? 'nowhere'}`],
        ]),
      )
    })
  examples(status, 'tollgate auth status', 'tollgate auth status --json')
}

/** The profile that is named, or the file's own; not what the environment puts in its place. */
function chosenProfile({ globals, terminal }: App, { current }: ProfileFile): string {
  return globals.profile ?? variable(terminal.env, 'TOLLGATE_PROFILE') ?? current ?? DEFAULT_PROFILE
}

async function logIn(app: App, fromStdin: boolean): Promise<void> {
  const { terminal } = app
  const print = app.printer()
  const file = await app.profiles()
  const name = chosenProfile(app, file)
  const { api_url: apiUrl } = getProfile(file, name)
  refuseOtherUrl(app, name, apiUrl)
  // Made before anyone is asked: who must not send a token there need not type it.
  app.client({ apiUrl, token: null, tokenFrom: null })
  const token = fromStdin
    ? parseToken(withoutLineEnd(await readAll(terminal)), 'Standard input')
    : parseToken(await promptForToken(app, apiUrl, name), 'What was typed')
  const identity = await identify(app.client({ apiUrl, token, tokenFrom: null }), token)
  await app.changeProfiles((now) => {
    // Whoever was asked for it may have taken minutes.
    if (getProfile(now, name).api_url === apiUrl) {
      return withProfile(now, name, { api_url: apiUrl, token })
    }
    throw new Failure('conflict', {
      title: `Profile ${name} is for another address by now. The token was not kept.`,
    })
  })
  print.note(`Logged in to ${apiUrl} (profile ${name}) as ${identity.name}.`)
  if (variable(terminal.env, 'TOLLGATE_TOKEN') !== undefined) {
    print.note('TOLLGATE_TOKEN is set, and goes before the token of any profile.')
  }
}

function refuseOtherUrl({ terminal }: App, name: string, apiUrl: string): void {
  const other = variable(terminal.env, 'TOLLGATE_API_URL')
  if (other === undefined || parseApiUrl(other, 'TOLLGATE_API_URL') === apiUrl) return
  throw usageFailure(
    `Profile ${name} is for ${apiUrl}, but TOLLGATE_API_URL says ${other}.`,
    'Unset TOLLGATE_API_URL, or make a profile for that gateway: tollgate config init',
  )
}

async function promptForToken({ terminal }: App, apiUrl: string, name: string): Promise<string> {
  if (!isInteractive(terminal)) {
    throw usageFailure('There is no terminal to ask for the token on.', '--token-stdin')
  }
  return askSecret(terminal, `Token for ${apiUrl} (profile ${name}), not shown: `)
}

/** What `echo` and password managers end their output with is no part of the token. */
function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}

async function logOut(app: App): Promise<void> {
  const print = app.printer()
  const file = await app.profiles()
  const name = chosenProfile(app, file)
  const { api_url: apiUrl, token } = getProfile(file, name)
  if (token === undefined) {
    throw new Failure('auth', { title: `Profile ${name} has no token.` })
  }
  await app.changeProfiles((now) =>
    withProfile(now, name, { api_url: getProfile(now, name).api_url }),
  )
  print.note(`The token of profile ${name} has been removed. It is still valid at ${apiUrl}.`)
}
