/** Whose credential opens what, and where it stands in a request. */
import type { Access } from './description.ts'
import type { JsonSchema, PathOperation } from './format.ts'

type Security = NonNullable<PathOperation['security']>

export const securitySchemes: Readonly<Record<string, JsonSchema>> = {
  adminToken: { type: 'http', scheme: 'bearer', description: 'The binding `ADMIN_TOKEN`.' },
  adminJwt: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'With the scope `admin`, from an issuer that is not bound to tenants.',
  },
  tenantKey: { type: 'http', scheme: 'bearer', description: 'An API key: `tg_...`.' },
  tenantKeyHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
    description:
      'The same key where SDKs put it; also `api-key`, `x-goog-api-key`, `x-chroma-token`.',
  },
  tenantJwt: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Of a configured issuer; it names the tenant.',
  },
}

export const tenantSecurity: Security = [
  { tenantKey: [] },
  { tenantKeyHeader: [] },
  { tenantJwt: [] },
]

/** None is needed where the list is empty. */
export function securityOf(access: Access): Security {
  switch (access) {
    case 'admin':
      return [{ adminToken: [] }, { adminJwt: [] }]
    case 'tenant':
      return tenantSecurity
    case 'anyone':
      return []
  }
}
