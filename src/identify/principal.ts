/** Who called: what the identify stage provides to every stage after it. Never taken from a client's claim about itself. */
import type { TenantId } from '../tenant/slug.ts'
import type { KeyId } from './api-key/key-id.ts'

export type PrincipalCredential =
  | { readonly kind: 'api-key'; readonly keyId: KeyId }
  | { readonly kind: 'jwt'; readonly issuer: string; readonly expiresAtMs: number }

export interface Principal {
  readonly tenant: TenantId
  /** Null where a key has no owner or a token no subject. */
  readonly user: string | null
  readonly credential: PrincipalCredential
  readonly scopes: ReadonlySet<string>
  readonly roles: readonly string[]
}
