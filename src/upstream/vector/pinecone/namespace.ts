/**
 * Namespaces: the tenant boundary. Left out, empty and `__default__` all mean the tenant's default
 * namespace, which at the service is one like any other: the index's own default is never touched.
 */
import type { BadInput } from '../../adapter.ts'
import type { Json } from '../../json.ts'
import { text } from '../../rules.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { MAX_NAMESPACE_CHARACTERS } from './bounds.ts'

export interface Namespace {
  /** What clients are told, and what the account calls it. */
  readonly name: string
  /** At the service. */
  readonly physical: string
}

const DEFAULT_NAME = '__default__'

/** ASCII, as the service demands it, without what is not seen. */
const NAME = /^[\x20-\x7e]*$/

export const namespaceRule = text({ max: MAX_NAMESPACE_CHARACTERS, pattern: NAME })
export const NAMESPACE_QUERY = /^[\x20-\x7e]{0,512}$/

export type ReadNamespace =
  | { readonly ok: true; readonly namespace: Namespace }
  | { readonly ok: false; readonly bad: BadInput }

/** `given` has passed the rule, unless it comes out of a path. */
export function readNamespace(
  space: TenantSpace,
  given: Json | undefined,
  param = 'namespace',
): ReadNamespace {
  const name = typeof given === 'string' && given !== '' ? given : DEFAULT_NAME
  if (!NAME.test(name)) {
    return { ok: false, bad: { status: 400, detail: `${param} must be ASCII.`, param } }
  }
  const physical = space.physical(name === DEFAULT_NAME ? '' : name)
  if (physical.length > MAX_NAMESPACE_CHARACTERS) {
    const detail =
      `${param} is too long: at the service it would have ${physical.length} characters, ` +
      `of ${MAX_NAMESPACE_CHARACTERS} at most. Each but a-z, 0-9, '.', '_' and '-' takes three.`
    return { ok: false, bad: { status: 400, detail, param } }
  }
  return { ok: true, namespace: { name, physical } }
}

/** What clients call it; null when it is not this tenant's. */
export function shownName(space: TenantSpace, physical: string): string | null {
  const name = space.logical(physical)
  return name === '' ? DEFAULT_NAME : name
}

export function isDefault({ name }: Pick<Namespace, 'name'>): boolean {
  return name === DEFAULT_NAME
}
