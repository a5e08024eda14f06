/**
 * The classes that the operator has declared, as clients may write them, and what else of Weaviate is
 * a name. A tenant's own part of a class is the Weaviate tenant of the bare slug; clients need not say
 * it, and cannot say another.
 */
import type { TenantSpace } from '../tenant-space.ts'
import type { VectorSettings } from '../adapter.ts'

/** Of whom and where: all that an exchange needs to know. */
export interface Home {
  readonly space: TenantSpace
  readonly settings: VectorSettings
}

export const CLASS_NAME = /^[A-Z][_0-9A-Za-z]{0,254}$/
export const PROPERTY_NAME = /^[_A-Za-z][_0-9A-Za-z]{0,230}$/
export const VECTOR_NAME = /^[_A-Za-z][_0-9A-Za-z]{0,229}$/
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The class as it is declared; null for any other. The server makes the first letter a capital. */
export function declaredClass({ classes }: VectorSettings, name: string): string | null {
  const capital = /^[a-z]/.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name
  return classes.includes(capital) ? capital : null
}

/** A client may name its own tenant, or none. */
export function isOwnTenant({ tenant }: TenantSpace, named: unknown): boolean {
  return named === undefined || named === null || named === tenant
}
