/** The Worker's entry: builds the gateway on the first request of an isolate, and hands it every request. */
import gatewayConfig from '../tollgate.config.ts'
import { createApp, createBrokenApp } from './app.ts'
import { buildGateway } from './gateway.ts'
import { consoleLog } from './log.ts'

export { AccountObject } from './store/durable-object/account-object.ts'
export { DirectoryObject } from './store/durable-object/directory-object.ts'
export { ThrottleObject } from './store/durable-object/throttle-object.ts'

type App = Pick<ReturnType<typeof createBrokenApp>, 'fetch'>
let app: App | undefined

function start(env: Record<string, unknown>): App {
  const built = buildGateway(gatewayConfig, env)
  if (built.ok) return createApp(built.gateway)
  consoleLog.error('misconfigured', { errors: built.errors })
  return createBrokenApp(built.errors, consoleLog)
}

export default {
  fetch(request, env, context) {
    app ??= start(env)
    return app.fetch(request, env, context)
  },
} satisfies ExportedHandler<Record<string, unknown>>
