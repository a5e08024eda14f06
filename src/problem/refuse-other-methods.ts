/** 405 with `Allow` for a path that is there under other methods, read from the app's own routes. */
import type { Env, Hono } from 'hono'
import { Problem } from './problem.ts'

/** To be called when all routes of the app stand, and before what answers for all other paths. */
export function refuseOtherMethods<E extends Env>(app: Hono<E>): void {
  const methods = new Map<string, string[]>()
  for (const { method, path } of app.routes) {
    if (method !== 'ALL') methods.set(path, [...(methods.get(path) ?? []), method])
  }
  for (const [path, known] of methods) {
    const allow = known.includes('GET') ? ['HEAD', ...known] : known
    app.all(path, () => {
      throw new Problem('MethodNotAllowed', `Use ${known.join(' or ')} here.`, { allow })
    })
  }
}
