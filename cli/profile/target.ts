// Which gateway a command acts on, as whom. Flags come before the environment, the environment
// before the file; and a token goes only to the URL that it stands beside.
import { Failure, usageFailure } from '../failure.ts'
import { type Terminal, variable } from '../terminal.ts'
import { parseApiUrl } from './api-url.ts'
import { findProfile, getProfile, type ProfileFile } from './profiles.ts'

export interface Target {
  /** null: everything comes from the environment. */
  readonly profile: string | null
  readonly apiUrl: string
  readonly token: string | null
  readonly tokenFrom: 'profile' | 'TOLLGATE_TOKEN' | null
}

/** How commands name what they act on. */
export function describeTarget({ profile, apiUrl }: Target): string {
  return `${apiUrl} (${profile === null ? 'no profile, TOLLGATE_API_URL' : `profile ${profile}`})`
}

/** What to do when the gateway does not accept the token: logging in changes none but a profile's. */
export function tokenRemedy(from: Target['tokenFrom']): string {
  return from === 'TOLLGATE_TOKEN'
    ? 'Correct TOLLGATE_TOKEN, or unset it: it goes before the token of any profile.'
    : 'tollgate auth login'
}

/** Throws Failure: usage where nothing says which gateway, auth where a token would go astray. */
export function chooseTarget(
  file: ProfileFile,
  asked: string | undefined,
  env: Terminal['env'],
): Target {
  const envUrl = variable(env, 'TOLLGATE_API_URL')
  const overriding = envUrl === undefined ? null : parseApiUrl(envUrl, 'TOLLGATE_API_URL')
  const named = asked ?? variable(env, 'TOLLGATE_PROFILE')
  const name = named ?? file.current ?? null
  const profile = name === null ? undefined : getOrNone(file, name, named !== undefined)
  const apiUrl = overriding ?? profile?.api_url
  if (apiUrl === undefined) {
    throw usageFailure(
      'No gateway is set up.',
      'tollgate config init --api-url <url>, or set TOLLGATE_API_URL',
    )
  }
  if (asked !== undefined && profile !== undefined && profile.api_url !== apiUrl) {
    throw usageFailure(
      `--profile ${asked} is for ${profile.api_url}, but TOLLGATE_API_URL says ${apiUrl}.`,
      'Leave out one of the two.',
    )
  }
  const token = chooseToken(file, apiUrl, profile, env)
  // The environment's address is not the profile's: calling it by that name would mislead.
  return { profile: profile?.api_url === apiUrl ? name : null, apiUrl, ...token }
}

/** A profile that is only the file's current one may be missing; one that was asked for may not. */
function getOrNone(file: ProfileFile, name: string, wasNamed: boolean) {
  return wasNamed ? getProfile(file, name) : findProfile(file, name)
}

function chooseToken(
  file: ProfileFile,
  apiUrl: string,
  profile: { readonly api_url: string; readonly token?: string | undefined } | undefined,
  env: Terminal['env'],
): Pick<Target, 'token' | 'tokenFrom'> {
  const fromEnv = variable(env, 'TOLLGATE_TOKEN')
  if (fromEnv !== undefined) {
    refuseForeignToken(file, apiUrl, fromEnv)
    return { token: parseToken(fromEnv, 'TOLLGATE_TOKEN'), tokenFrom: 'TOLLGATE_TOKEN' }
  }
  if (profile?.token === undefined) return { token: null, tokenFrom: null }
  if (profile.api_url !== apiUrl) {
    throw new Failure('auth', {
      title: `The stored token is for ${profile.api_url}; it is not sent to ${apiUrl}.`,
      remedy: 'Unset TOLLGATE_API_URL, or set TOLLGATE_TOKEN to a token of that gateway.',
    })
  }
  return { token: profile.token, tokenFrom: 'profile' }
}

/** A token that a profile keeps for another gateway got into the environment by mistake. */
function refuseForeignToken(file: ProfileFile, apiUrl: string, token: string): void {
  const owners = Object.entries(file.profiles).filter(([, profile]) => profile.token === token)
  const [owner] = owners
  if (owner === undefined || owners.some(([, profile]) => profile.api_url === apiUrl)) return
  const [name, { api_url: itsUrl }] = owner
  throw new Failure('auth', {
    title: `TOLLGATE_TOKEN is the token of profile ${name}, for ${itsUrl}; it is not sent to ${apiUrl}.`,
    remedy: 'Unset TOLLGATE_TOKEN, or set it to a token of this gateway.',
  })
}

const MAX_TOKEN_CHARS = 8192

/** Throws Failure (auth) for what cannot stand in a header; the text itself is not repeated. */
export function parseToken(text: string, from: string): string {
  if (/^[\x21-\x7e]+$/.test(text) && text.length <= MAX_TOKEN_CHARS) return text
  throw new Failure('auth', {
    title: `${from} is not a token.`,
    remedy: `A token is 1 to ${MAX_TOKEN_CHARS} visible ASCII characters, without blanks.`,
  })
}
