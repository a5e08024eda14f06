// The file of profiles. It holds tokens: it is written for its owner alone (folder 700, file 600),
// replaced whole, and not read at all when anyone else could have read or written it.
import { chmod, mkdir, open, realpath, rename, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { isAbsolute, dirname, join } from 'node:path'
import process from 'node:process'
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

export async function writeProfiles(path: string, profiles: ProfileFile): Promise<void> {
  // A link that leads to the file stays; what it leads to is replaced.
  const target = await realpath(path).catch(() => path)
  const folder = dirname(target)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const fresh = join(folder, `.config.${randomUUID()}.json`)
  await writeFile(fresh, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(fresh, target)
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
