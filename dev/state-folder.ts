// What local start-up keeps between two starts, besides the accounts themselves: the secrets made
// for this folder and the demo tenant's key, in one file that only its owner can read.
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

const Secrets = z.strictObject({
  key_peppers: z.string(),
  /** The key that the demo tenant was given. */
  demo_key: z.string().optional(),
})
type Secrets = z.infer<typeof Secrets>

class BadStateFolder extends Error {
  override readonly name = 'BadStateFolder'
}

/** Makes the folder and its secrets at the first start. Rejects with BadStateFolder when they do not read. */
export async function openSecrets(folder: string): Promise<Secrets> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = secretsPath(folder)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (!isMissing(error)) throw error
    const fresh = { key_peppers: `v1=${randomBytes(32).toString('base64url')}` }
    await saveSecrets(folder, fresh)
    return fresh
  }
  await chmod(path, 0o600)
  const parsed = Secrets.safeParse(jsonOrNull(text))
  if (parsed.success) return parsed.data
  throw new BadStateFolder(
    `${path} is damaged. The keys of all tenants in this folder rest on it: restore it, or remove the folder to start afresh.`,
  )
}

export async function saveSecrets(folder: string, secrets: Secrets): Promise<void> {
  const fresh = `${secretsPath(folder)}.new`
  await writeFile(fresh, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  await rename(fresh, secretsPath(folder))
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function secretsPath(folder: string): string {
  return join(folder, 'secrets.json')
}
