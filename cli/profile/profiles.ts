// Profiles: which gateways a person works with, each with the token for it. A token stands beside
// the one URL it was checked against, and is dropped when that changes.
import * as z from 'zod'
import { usageFailure } from '../failure.ts'

const ProfileName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)

const Profile = z.strictObject({
  api_url: z.url({ protocol: /^https?$/ }),
  token: z.string().optional(),
})
type Profile = z.infer<typeof Profile>

export const ProfileFile = z.strictObject({
  current: ProfileName.optional(),
  profiles: z.record(ProfileName, Profile),
})
export type ProfileFile = z.infer<typeof ProfileFile>

export const NO_PROFILES: ProfileFile = { profiles: {} }
export const DEFAULT_PROFILE = 'default'

export function findProfile({ profiles }: ProfileFile, name: string): Profile | undefined {
  return Object.hasOwn(profiles, name) ? profiles[name] : undefined
}

/** Throws Failure (usage) when there is none of that name. */
export function getProfile(file: ProfileFile, name: string): Profile {
  const profile = findProfile(file, name)
  if (profile !== undefined) return profile
  const names = Object.keys(file.profiles)
  throw usageFailure(
    `There is no profile '${name}'.`,
    names.length === 0
      ? `Make it: tollgate config init --api-url <url> --profile ${name}`
      : `There are: ${names.join(', ')}. "tollgate config init" makes others.`,
  )
}

/** Throws Failure (usage) for a name that could be mistaken for something else. */
export function parseProfileName(name: string): string {
  if (ProfileName.safeParse(name).success) return name
  throw usageFailure(
    `'${name}' cannot be the name of a profile.`,
    'Use at most 63 of a-z, 0-9, dot, hyphen and underscore, beginning with a letter or digit.',
  )
}

export function withProfile(file: ProfileFile, name: string, profile: Profile): ProfileFile {
  return {
    current: file.current ?? name,
    profiles: { ...file.profiles, [name]: profile },
  }
}
