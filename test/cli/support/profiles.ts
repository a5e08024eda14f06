// The profiles that examples name, all for one gateway.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ADMIN_TOKEN, type RecordedGateway } from './recorded-gateway.ts'

export async function writeProfileFile(
  home: string,
  content: string,
  mode = 0o600,
): Promise<string> {
  const folder = join(home, '.config', 'tollgate')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'config.json')
  await writeFile(path, content, { mode })
  return path
}

export function exampleProfiles({ url, ownKey }: Pick<RecordedGateway, 'url' | 'ownKey'>): string {
  const admin = { api_url: url, token: ADMIN_TOKEN }
  const profiles = {
    default: admin,
    prod: admin,
    staging: admin,
    acme: { api_url: url, token: ownKey },
  }
  return JSON.stringify({ current: 'default', profiles })
}
