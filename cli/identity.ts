// Whom a gateway takes the holder of a token for. An API key opens only its own tenant's view; any
// other token has to open the control plane.
import { Buffer } from 'node:buffer'
import * as z from 'zod'
import type { ApiClient } from './api/client.ts'
import { OwnTenant, TenantPage } from './shape/tenant.ts'

export interface Identity {
  readonly kind: 'admin_token' | 'jwt' | 'api_key'
  /** For people. */
  readonly name: string
  /** Of an API key. */
  readonly tenant: string | null
}

const KEY_PREFIX = 'tg_'
/** Read without being verified: only the server's answer says that a token is good. */
const Claims = z.looseObject({ iss: z.string().optional(), sub: z.string().optional() })

/** Throws Failure (auth) when the server does not accept the token. */
export async function identify(api: ApiClient, token: string): Promise<Identity> {
  if (token.startsWith(KEY_PREFIX)) {
    const { tenant, caller } = await api.get(OwnTenant, '/tenant')
    const user = caller.user === null ? '' : `, user ${caller.user}`
    return {
      kind: 'api_key',
      name: `tenant ${tenant.id} (key ${caller.key_id ?? 'unknown'}${user})`,
      tenant: tenant.id,
    }
  }
  await api.get(TenantPage, '/admin/tenants', { limit: '1' })
  const claims = claimsOf(token)
  if (claims === null) return { kind: 'admin_token', name: 'admin token', tenant: null }
  const { sub = 'unnamed', iss } = claims
  return { kind: 'jwt', name: `${sub}${iss === undefined ? '' : ` (${iss})`}`, tenant: null }
}

function claimsOf(token: string): z.infer<typeof Claims> | null {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return null
  try {
    const claims = Claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
    return claims.success ? claims.data : null
  } catch {
    return null
  }
}
