/**
 * A search's body as it goes to the service: physical names where it names collections, the tag in
 * every filter, and the tag among what is asked for. Its rule has let it pass before.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { type PayloadSelection, selectPayload } from './selection.ts'
import { demandTag } from './tag.ts'

export interface Rewritten {
  readonly body: JsonObject
  readonly payload: PayloadSelection
  /** Of the records that groups are joined with; null where they are not. */
  readonly lookup: Lookup | null
}

export interface Lookup {
  readonly collection: string
  readonly wantsPayload: boolean
}

export function rewriteSearch(space: TenantSpace, search: Json): Rewritten {
  const given = isJsonObject(search) ? search : {}
  const payload = selectPayload(given['with_payload'], false)
  const joined = rewriteLookup(space, given['with_lookup'])
  const body = {
    ...rewriteBranch(space, given),
    with_payload: payload.asked,
    ...(joined === null ? {} : { with_lookup: joined.body }),
  }
  return { body, payload, lookup: joined }
}

/** A query or one of its prefetches. */
function rewriteBranch(space: TenantSpace, branch: JsonObject): JsonObject {
  const { filter, prefetch, lookup_from: from, params } = branch
  return {
    ...branch,
    filter: demandTag(space.tenant, filter),
    ...(isJsonObject(prefetch) ? { prefetch: rewriteBranch(space, prefetch) } : {}),
    ...(isJsonArray(prefetch)
      ? { prefetch: prefetch.map((each) => (isJsonObject(each) ? rewriteBranch(space, each) : {})) }
      : {}),
    ...(isJsonObject(from) ? { lookup_from: rewriteCollection(space, from) } : {}),
    ...(isJsonObject(params) ? { params: rewriteParams(space, params) } : {}),
  }
}

/** The corpus that frequencies of terms are taken from is a filter too. */
function rewriteParams(space: TenantSpace, params: JsonObject): JsonObject {
  const { idf } = params
  if (!isJsonObject(idf)) return params
  return { ...params, idf: { corpus: demandTag(space.tenant, idf['corpus']) } }
}

function rewriteLookup(
  space: TenantSpace,
  lookup: Json | undefined,
): (Lookup & { readonly body: Json }) | null {
  if (typeof lookup === 'string') {
    return { collection: lookup, wantsPayload: true, body: space.physical(lookup) }
  }
  if (!isJsonObject(lookup)) return null
  // Left out it means the whole payload, null means none.
  const chosen = Object.hasOwn(lookup, 'with_payload') ? (lookup['with_payload'] ?? false) : true
  const { asked, wanted } = selectPayload(chosen, true)
  const { collection } = lookup
  return {
    collection: typeof collection === 'string' ? collection : '',
    wantsPayload: wanted,
    body: { ...rewriteCollection(space, lookup), with_payload: asked },
  }
}

function rewriteCollection(space: TenantSpace, named: JsonObject): JsonObject {
  const { collection } = named
  return { ...named, collection: space.physical(typeof collection === 'string' ? collection : '') }
}
