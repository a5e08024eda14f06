// Writes a file that others may be reading: it is replaced whole, so no reader ever sees half of one.
import { rename, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { OutputFile } from 'esbuild'

export async function replaceFile(
  { path, contents }: Pick<OutputFile, 'path' | 'contents'>,
  mode = 0o644,
): Promise<void> {
  const fresh = `${dirname(path)}/.${basename(path)}.${crypto.randomUUID()}`
  await writeFile(fresh, contents, { mode })
  await rename(fresh, path)
}
