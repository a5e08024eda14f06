/** What anyone may ask, as one table: is the gateway alive, is it ready, and how is it used? */
import type { Context } from 'hono'
import type { Gateway } from './gateway.ts'
import { health, readiness } from './health.ts'
import type { PUBLIC } from './openapi/public.ts'
import { serveDocument, servePage } from './openapi/serve.ts'

type PublicHandler = (c: Context) => Response | Promise<Response>

export const PUBLIC_ROUTES = {
  'GET /healthz': () => () => health(),
  'GET /readyz':
    ({ store, vectors }) =>
    () =>
      readiness({ store, vectors }),
  'GET /openapi.json': () => (c) => serveDocument(c.req.raw),
  'GET /docs': () => (c) => servePage(c.req.raw),
} as const satisfies Readonly<
  Record<keyof typeof PUBLIC, (deps: Pick<Gateway, 'store' | 'vectors'>) => PublicHandler>
>
