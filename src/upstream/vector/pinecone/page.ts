/**
 * Pages of lists. A token of the service says whose list it goes on with, whatever the request names:
 * it reaches clients only sealed, for the one list that it was made in.
 */
import type { Json, JsonObject } from '../../json.ts'
import { memberOf, stringIn } from '../../json-read.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { MAX_PAGE, MAX_TOKEN_CHARACTERS } from './bounds.ts'

/** 1 to 100. */
export const LIMIT_QUERY = /^(?:[1-9]|[1-9][0-9]|100)$/
export const TOKEN_QUERY = new RegExp(`^[\\x20-\\x7e]{0,${MAX_TOKEN_CHARACTERS}}$`)

/** What the service takes when none is named. */
export function limitOf(query: Readonly<Record<string, string>>): { readonly limit: string } {
  return { limit: query['limit'] ?? `${MAX_PAGE}` }
}

type OpenedToken =
  | { readonly ok: true; readonly query: { readonly paginationToken?: string } }
  | { readonly ok: false }

/** An empty one is none; any that was not sealed for this purpose is refused. */
export async function openToken(
  space: TenantSpace,
  purpose: string,
  sealed = '',
): Promise<OpenedToken> {
  if (sealed === '') return { ok: true, query: {} }
  const token = await space.open(purpose, sealed)
  return token === null ? { ok: false } : { ok: true, query: { paginationToken: token } }
}

/** The `pagination` member of an answer; none on the last page. */
export async function sealPage(
  space: TenantSpace,
  purpose: string,
  reply: Json | undefined,
): Promise<JsonObject> {
  const token = stringIn(memberOf(reply, 'pagination'), 'next') ?? ''
  return token === '' ? {} : { pagination: { next: await space.seal(purpose, token) } }
}
