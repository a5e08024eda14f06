// What commands are given: the terminal, the global flags, and, for those that talk to a gateway, a
// session with the one target that profile and environment choose.
import { ApiClient } from './api/client.ts'
import { Failure } from './failure.ts'
import { Printer } from './output/printer.ts'
import { refuseCleartext } from './profile/api-url.ts'
import type { ProfileFile } from './profile/profiles.ts'
import { changeProfiles, profilePath, readProfiles } from './profile/store.ts'
import { chooseTarget, type Target, tokenRemedy } from './profile/target.ts'
import type { Terminal } from './terminal.ts'

/** The flags that every command has. */
export interface Globals {
  readonly profile?: string | undefined
  readonly json?: true | undefined
  readonly color: boolean
  readonly insecure?: true | undefined
}

export interface Session {
  readonly terminal: Terminal
  readonly print: Printer
  readonly target: Target
  readonly api: ApiClient
}

export class App {
  readonly terminal: Terminal
  /** What no error message may repeat. */
  readonly secrets = new Set<string>()
  readonly #globals: () => Globals

  constructor(terminal: Terminal, globals: () => Globals) {
    this.terminal = terminal
    this.#globals = globals
  }

  get globals(): Globals {
    return this.#globals()
  }

  get profilePath(): string {
    return profilePath(this.terminal)
  }

  printer(): Printer {
    const { json = false, color } = this.globals
    return new Printer(this.terminal, { json, color })
  }

  async profiles(): Promise<ProfileFile> {
    const file = await readProfiles(this.profilePath)
    for (const { token } of Object.values(file.profiles)) this.#keepSecret(token)
    this.#keepSecret(this.terminal.env['TOLLGATE_TOKEN'])
    return file
  }

  changeProfiles(change: (before: ProfileFile) => ProfileFile): Promise<void> {
    return changeProfiles(this.profilePath, change)
  }

  async target(): Promise<Target> {
    return chooseTarget(await this.profiles(), this.globals.profile, this.terminal.env)
  }

  /** Throws Failure (usage) rather than send a token over plain http. */
  client({ apiUrl, token, tokenFrom }: Omit<Target, 'profile'>): ApiClient {
    refuseCleartext(apiUrl, this.globals.insecure === true)
    this.#keepSecret(token ?? undefined)
    return new ApiClient({
      apiUrl,
      token,
      tokenRemedy: tokenRemedy(tokenFrom),
      interrupted: this.terminal.interrupted,
    })
  }

  /** Throws Failure: auth without a token, usage without a gateway. */
  async open(): Promise<Session> {
    const target = await this.target()
    if (target.token === null) {
      throw new Failure('auth', {
        title: `There is no token for ${target.apiUrl}.`,
        remedy: 'tollgate auth login, or set TOLLGATE_TOKEN',
      })
    }
    return {
      terminal: this.terminal,
      print: this.printer(),
      target,
      api: this.client(target),
    }
  }

  #keepSecret(text: string | undefined): void {
    if (text !== undefined && text !== '') this.secrets.add(text)
  }
}
