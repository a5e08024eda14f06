/** Names of collections and aliases, which share one name space; and names of vectors. */
import type { Json } from '../../json.ts'
import { fault, type Fault, type Rule } from '../../rules.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { MAX_NAME_BYTES, MAX_VECTOR_NAME_BYTES } from './limits.ts'

/**
 * What Qdrant itself refuses in a new name, and what no path to it can hold: a name that stands in a
 * body must be one that can be asked for by path as well.
 */
const NAME = /^[^\p{C}\p{Z}<>:"/\\|?*%]+$/u

/** Of vectors, which stand in no path: what Qdrant refuses, and all control characters. */
const VECTOR_NAME = /^[^<>:"/\\|?*\p{Cc}]*$/u

/** `POST /collections/aliases` is an operation, so that this name could not be reached. */
const RESERVED = 'aliases'

export function collectionName(space: TenantSpace): Rule {
  return (value) => faultOf(space, value)
}

function faultOf(space: TenantSpace, value: Json): Fault | null {
  if (typeof value !== 'string') return fault('must be a string')
  if (!NAME.test(value) || value === '.' || value === '..') {
    return fault('must be a name without blanks, control characters and < > : " / \\ | ? * %')
  }
  if (value === RESERVED) return fault(`must not be "${RESERVED}", which stands for an operation`)
  // A physical name is ASCII: its length is its bytes.
  const tooLong = space.physical(value).length - MAX_NAME_BYTES
  if (tooLong <= 0) return null
  return fault(
    `is too long: a name may have about 200 characters, of which all but a-z, 0-9, ".", "_" and "-" count for three or more`,
  )
}

export const vectorName: Rule = (value) => {
  if (typeof value !== 'string') return fault('must be a string')
  if (new TextEncoder().encode(value).length > MAX_VECTOR_NAME_BYTES) {
    return fault(`must have at most ${MAX_VECTOR_NAME_BYTES} bytes`)
  }
  // The empty name is the one of a collection's only vector.
  return VECTOR_NAME.test(value) ? null : fault('has characters that no name may have')
}
