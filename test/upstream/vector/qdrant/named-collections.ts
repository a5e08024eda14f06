// What of a request to Qdrant the service takes for a name of a collection or an alias, however deep.
import { isJsonArray, isJsonObject, type Json } from '../../../../src/upstream/json.ts'

/** A tenant's own data, its vectors' names and its filters name no collection. */
const UNNAMED = [
  'payload',
  'payloads',
  'metadata',
  'vector',
  'vectors',
  'filter',
  'update_filter',
  'corpus',
]

/** Names, and whatever stands where a name or a struct with one belongs, such as one by position. */
export function namesIn(value: Json | undefined): readonly Json[] {
  if (isJsonArray(value)) return value.flatMap(namesIn)
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, member]): readonly Json[] => {
    if (UNNAMED.includes(name)) return []
    const isStruct = name === 'with_lookup' || name === 'lookup_from'
    if (isStruct && !isJsonObject(member)) return member === null ? [] : [member]
    if (/^collection$|^(?:collection|alias|old_alias|new_alias)_name$/.test(name)) return [member]
    return namesIn(member)
  })
}

/** Whether a target names nothing but what begins as the tenant's names do. */
export function staysWithin(target: string, prefix: string): boolean {
  const path = target.split('?')[0] ?? ''
  if (path === '/aliases' || path === '/collections/aliases') return true
  return path.startsWith(`/collections/${prefix}`) && !/%2f|%5c|\/\.\.?(?:\/|$)/i.test(path)
}
