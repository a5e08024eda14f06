// The file of profiles. It holds tokens: it is written for its owner alone (folder 700, file 600),
// replaced whole, by one run at a time, and not read at all when anyone else could have read or written it.
import { chmod, type FileHandle, mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { isAbsolute, dirname, join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { Failure } from '../failure.ts'
import { type Terminal, variable } from '../terminal.ts'
import { NO_PROFILES, ProfileFile } from './profiles.ts'

/** `$XDG_CONFIG_HOME/tollgate/config.json`; a relative value is ignored, as that standard demands. */
export function profilePath({ env, homeFolder }: Pick<Terminal, 'env' | 'homeFolder'>): string {
  const xdg = variable(env, 'XDG_CONFIG_HOME')
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(homeFolder, '.config')
  return join(base, 'tollgate', 'config.json')
}

/** No file: no profiles. Throws Failure when it cannot be trusted or understood. */
export async function readProfiles(path: string): Promise<ProfileFile> {
  const file = await open(path, 'r').catch(refuseUnlessAbsent)
  if (file === null) return NO_PROFILES
  try {
    // Of the opened file itself, so that nothing can be put in its place in between.
    refuseOpenToOthers(path, await file.stat())
    return parseProfiles(path, await file.readFile('utf8'))
  } finally {
    await file.close()
  }
}

/**
 * What `change` makes of the profiles as they are, with no other run in between: the new file is the
 * lock too. Throws Failure (conflict) when another run does not let go of it, and what `change` throws.
 */
export async function changeProfiles(
  path: string,
  change: (before: ProfileFile) => ProfileFile,
): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  // A link that leads to the file stays; what it leads to is replaced, in a folder that may be anyone's.
  const target = await realpath(path).catch(() => path)
  const fresh = `${target}.new`
  const file = await openAlone(fresh)
  try {
    await file.writeFile(`${JSON.stringify(change(await readProfiles(path)), null, 2)}\n`)
    await rename(fresh, target)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

const TRIES = 60
const TRY_AGAIN_MS = 50

async function openAlone(path: string): Promise<FileHandle> {
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
      if (hasCode(error) && error.code === 'EEXIST') return null
      throw error
    })
    if (file !== null) return file
    await pause(TRY_AGAIN_MS)
  }
  throw new Failure('conflict', {
    title: 'Another run of tollgate is changing the profiles.',
    remedy: `Try again. If there is no other, remove ${path}`,
  })
}

function refuseUnlessAbsent(error: unknown): null {
  if (hasCode(error) && error.code === 'ENOENT') return null
  throw error
}

function hasCode(error: unknown): error is Error & { code: unknown } {
  return error instanceof Error && 'code' in error
}

/** Windows has no such modes. */
function refuseOpenToOthers(path: string, { mode, uid }: { mode: number; uid: number }): void {
  if (process.platform === 'win32') return
  if (uid !== process.getuid?.()) {
    throw new Failure('auth', {
      title: `${path} belongs to another user, so its tokens are not used.`,
      remedy: 'Run as its owner, or set XDG_CONFIG_HOME to a folder of your own.',
    })
  }
  if ((mode & 0o077) !== 0) {
    throw new Failure('auth', {
      title: `${path} holds tokens, and others can read or change it.`,
      remedy: `chmod 600 '${path}'   (and replace the tokens in it, if others may have read them)`,
    })
  }
}

function parseProfiles(path: string, text: string): ProfileFile {
  const parsed = z
    .string()
    .transform((json, context): unknown => {
      try {
        return JSON.parse(json)
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' })
        return z.NEVER
      }
    })
    .pipe(ProfileFile)
    .safeParse(text)
  if (parsed.success) return parsed.data
  const place = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new Failure('failure', {
    title: `${path} cannot be understood.`,
    // The place alone: a message about the value could repeat a token.
    detail: place === '' ? undefined : `Wrong at: ${place}`,
    remedy: 'Mend it, or remove it and run "tollgate config init" again.',
  })
}
