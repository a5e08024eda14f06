// JSON as a Go server reads it into its structs: the names of members in any case, and with the two
// letters that Unicode folds to ASCII (the long s, the Kelvin sign); the last of two wins. What lies
// in a map, an object's properties above all, keeps its names as they are.
import * as z from 'zod'
import { refuse } from './errors.ts'

const OPAQUE = new Set(['properties', 'variables'])
// prettier-ignore
const MEMBERS = [
  'class', 'id', 'properties', 'vector', 'vectors', 'tenant', 'beacon', 'href', 'objects', 'match',
  'where', 'output', 'dryRun', 'operator', 'operands', 'path', 'from', 'to', 'alias', 'name',
  'valueText', 'valueString', 'valueInt', 'valueNumber', 'valueBoolean', 'valueDate',
  'valueTextArray', 'valueStringArray', 'valueIntArray', 'valueNumberArray', 'activityStatus',
  'dataType', 'multiTenancyConfig', 'enabled', 'tokenization', 'autoTenantCreation', 'query',
  'variables', 'operationName', 'include', 'exclude',
]
const CANONICAL = new Map(MEMBERS.map((name) => [name.toLowerCase(), name]))

export function readJson<T extends z.ZodType>(schema: T, text: string): z.infer<T> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    refuse(400, 'parsing body failed: invalid JSON')
  }
  const read = schema.safeParse(named(value))
  return read.success ? read.data : refuse(422, `invalid body: ${z.prettifyError(read.error)}`)
}

/** A class has properties of its own, in a list, which is no map. */
function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => {
      const name = CANONICAL.get(fold(key)) ?? key
      const isMap = OPAQUE.has(name) && !Array.isArray(member)
      return [name, isMap ? member : named(member)]
    }),
  )
}

function fold(key: string): string {
  return key.replaceAll('\u017F', 's').replaceAll('\u212A', 'k').toLowerCase()
}
