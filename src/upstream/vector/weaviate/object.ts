/**
 * An object as clients write it, and as the server tells it. Both are made anew of the members known
 * here: the class as it is declared, the tenant by the gateway, the rest the tenant's own data.
 */
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { stringIn } from '../../json-read.ts'
import {
  anyNumber,
  anyObject,
  fault,
  list,
  members,
  nullable,
  ownData,
  type Rule,
  text,
} from '../../rules.ts'
import type { VectorRead, VectorSettings } from '../adapter.ts'
import { badBody, given, strangeReply } from '../members.ts'
import { ownReferences, referencesRule } from './beacon.ts'
import {
  MAX_DIMENSIONS,
  MAX_ID_CHARACTERS,
  MAX_NAMED_VECTORS,
  MAX_PROPERTY_DEPTH,
  MAX_PROPERTY_VALUES,
} from './bounds.ts'
import { declaredClass, type Home, isOwnTenant, PROPERTY_NAME, VECTOR_NAME } from './classes.ts'

export interface WrittenObject {
  readonly className: string
  /** As it is stored, in small letters; null where the server is to make one. */
  readonly id: string | null
  readonly properties: JsonObject
  /** What goes to the server. */
  readonly sent: JsonObject
}

export type ReadObject =
  | { readonly ok: true; readonly object: WrittenObject }
  | Extract<VectorRead, { readonly ok: false }>

const plainVector = list(anyNumber, { min: 1, max: MAX_DIMENSIONS })
const multiVector = list(plainVector, { min: 1, max: MAX_DIMENSIONS })

const vectorOf: Rule = (value) => {
  const isMany = Array.isArray(value) && Array.isArray(value[0])
  return isMany ? multiVector(value) : plainVector(value)
}

const vectors: Rule = (value) => {
  if (!isJsonObject(value)) return fault('must be an object')
  const names = Object.keys(value)
  if (names.length > MAX_NAMED_VECTORS)
    return fault(`must have at most ${MAX_NAMED_VECTORS} members`)
  const odd = names.find((name) => !VECTOR_NAME.test(name))
  if (odd !== undefined) return fault('has a name that is not one of a vector')
  for (const name of names) {
    const wrong = vectorOf(value[name] ?? null)
    if (wrong !== null) return { ...wrong, path: [name, ...wrong.path] }
  }
  return null
}

const bounded = ownData({ maxDepth: MAX_PROPERTY_DEPTH, maxValues: MAX_PROPERTY_VALUES })

function propertiesRule(settings: VectorSettings): Rule {
  const references = referencesRule(settings)
  return (value) => {
    const wrong = anyObject(value) ?? bounded(value)
    if (wrong !== null || !isJsonObject(value)) return wrong
    const odd = Object.keys(value).find((name) => !PROPERTY_NAME.test(name))
    if (odd !== undefined) return fault('has a name that is not one of a property')
    return references(value)
  }
}

export function objectRule(settings: VectorSettings): Rule {
  return members({
    'class?': nullable(text({ max: 255 })),
    'id?': nullable(text({ max: MAX_ID_CHARACTERS })),
    'tenant?': nullable(text({ max: MAX_ID_CHARACTERS })),
    'properties?': nullable(propertiesRule(settings)),
    'vector?': nullable(vectorOf),
    'vectors?': nullable(vectors),
  })
}

/** `path` where class and id stand there already: those of the body must be the same, or absent. */
export function readObject(
  { space, settings }: Home,
  body: Json | undefined,
  path?: { readonly className: string; readonly id: string },
): ReadObject {
  const wrong = objectRule(settings)(body ?? null)
  if (wrong !== null) return badBody(wrong)
  const named = stringIn(body, 'class') ?? path?.className
  if (named === undefined) return badBody({ ...fault('is required'), path: ['class'] })
  const className = declaredClass(settings, named)
  const { id = path?.id ?? null, tenant, properties = {}, ...vectors } = given(body, MEMBERS)
  const isElsewhere = path !== undefined && className !== path.className
  if (className === null || isElsewhere || !isOwnTenant(space, tenant)) {
    return { ok: false, bad: 'not_found' }
  }
  const idText = typeof id === 'string' ? id.toLowerCase() : null
  if (path !== undefined && idText !== path.id) {
    return badBody({ ...fault('must be the id in the path'), path: ['id'] })
  }
  return {
    ok: true,
    object: {
      className,
      id: idText,
      properties: isJsonObject(properties) ? properties : {},
      sent: {
        class: className,
        tenant: space.tenant,
        ...(idText === null ? {} : { id: idText }),
        properties,
        ...given(vectors, ['vector', 'vectors']),
      },
    },
  }
}

const MEMBERS = ['id', 'tenant', 'properties', 'vector', 'vectors']

const TOLD = ['id', 'creationTimeUnix', 'lastUpdateTimeUnix', 'vector', 'vectors', 'vectorWeights']

/** Throws Problem where the server tells of another class or tenant than was asked for. */
export function tellObject({ space, settings }: Home, className: string, body: Json | undefined) {
  const isAsked = stringIn(body, 'class') === className
  const tenant = stringIn(body, 'tenant')
  if (!isJsonObject(body) || !isAsked || !isOwnTenant(space, tenant)) throw strangeReply()
  return {
    class: className,
    ...given(body, TOLD),
    ...(tenant === null ? {} : { tenant }),
    properties: ownReferences(settings, body['properties'] ?? null),
  }
}
