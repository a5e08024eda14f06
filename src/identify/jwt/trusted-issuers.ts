/**
 * The declared issuers with their keys, built once for the isolate. A declaration that cannot work
 * (its secret is missing or too short) is an error at start, not a refusal of every token.
 */
import { readJwk } from './jwk.ts'
import { RemoteKeySource, type RemoteKeyAccess } from './jwks.ts'
import type { JwtIssuer } from './jwt-issuer.ts'
import { fixedKeySource, sharedSecretSource, type KeySource } from '../api-key/key-source.ts'

export interface TrustedIssuer {
  readonly config: JwtIssuer
  readonly keys: KeySource
}

/** By the exact `iss` of their tokens. */
export type TrustedIssuers = ReadonlyMap<string, TrustedIssuer>

export interface IssuerAccess extends RemoteKeyAccess {
  /** The text of a secret binding. */
  readonly secret: (name: string) => string | undefined
}

export type IssuersVerdict =
  | { readonly ok: true; readonly issuers: TrustedIssuers }
  /** Sentences for the operator; they name bindings, never what is in them. */
  | { readonly ok: false; readonly errors: readonly string[] }

export function trustIssuers(configs: readonly JwtIssuer[], access: IssuerAccess): IssuersVerdict {
  const issuers = new Map<string, TrustedIssuer>()
  const errors: string[] = []
  for (const config of configs) {
    const keys = keySourceOf(config, access)
    if (typeof keys === 'string') errors.push(`issuer ${config.issuer}: ${keys}`)
    else if (issuers.has(config.issuer)) errors.push(`issuer ${config.issuer}: declared twice`)
    else issuers.set(config.issuer, { config, keys })
  }
  return errors.length === 0 ? { ok: true, issuers } : { ok: false, errors }
}

function keySourceOf(config: JwtIssuer, access: IssuerAccess): KeySource | string {
  if (config.jwks_url !== undefined) return new RemoteKeySource(config.jwks_url, access)
  if (config.secret_name !== undefined) {
    const secret = access.secret(config.secret_name)
    if (secret === undefined) return `the secret ${config.secret_name} is not set`
    const tooShort = `the secret ${config.secret_name} is shorter than its algorithms need`
    return sharedSecretSource(secret, config.algorithms) ?? tooShort
  }
  const keys = (config.jwks?.keys ?? []).flatMap((jwk) => {
    const read = readJwk(jwk)
    return read.ok ? [read.key] : []
  })
  return fixedKeySource(keys)
}
