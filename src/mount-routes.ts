/**
 * Routes as a table, `METHOD /path` to what makes the handler, in the order in which they are asked.
 * The reference (src/openapi) describes the same keys: a route that it lacks does not compile.
 */
import type { Context, Env, Hono } from 'hono'

export type RouteTable<E extends Env, Deps> = Readonly<
  Record<string, (deps: Deps) => (c: Context<E>) => Response | Promise<Response>>
>

export function mountRoutes<E extends Env, Deps>(
  app: Hono<E>,
  table: RouteTable<E, Deps>,
  deps: Deps,
): void {
  for (const [route, handlerOf] of Object.entries(table)) {
    const [method = '', path = ''] = route.split(' ')
    app.on(method, path, handlerOf(deps))
  }
}
