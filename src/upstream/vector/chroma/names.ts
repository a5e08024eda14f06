/**
 * Names of collections, by the service's own rules and one more: a name that some reader takes for a
 * UUID is none, since a path says name and UUID in the same place.
 */
import { fault, type Rule } from '../../rules.ts'
import { MAX_NAME_CHARACTERS, MIN_NAME_CHARACTERS } from './bounds.ts'

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9]$/
const IP_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/
/** With its dashes anywhere, or with none. */
const UUID_DIGITS = /^[0-9a-fA-F]{32}$/

export function isCollectionName(name: string): boolean {
  return collectionName(name) === null
}

export const collectionName: Rule = (value) => {
  const detail = typeof value === 'string' ? faultOf(value) : 'must be a string'
  return detail === null ? null : fault(detail)
}

function faultOf(name: string): string | null {
  if (name.length < MIN_NAME_CHARACTERS || name.length > MAX_NAME_CHARACTERS) {
    return `must have ${MIN_NAME_CHARACTERS} to ${MAX_NAME_CHARACTERS} characters`
  }
  if (!NAME.test(name)) {
    return 'must be of a-z, A-Z, 0-9, dot, hyphen and underscore, with a letter or digit at both ends'
  }
  if (name.includes('..')) return 'must not have two dots in a row'
  if (IP_ADDRESS.test(name)) return 'must not be an IP address'
  if (UUID_DIGITS.test(name.replaceAll('-', ''))) return 'must not be a UUID'
  return null
}
