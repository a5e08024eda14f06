/**
 * The Worker's entry: builds the gateway once an isolate, hands it every request, and lets it tend its
 * tenants whenever the cron trigger fires.
 */
import gatewayConfig from '../tollgate.config.ts'
import { tend } from './admin/tend/tend.ts'
import { createApp, createBrokenApp } from './app.ts'
import { buildGateway } from './gateway.ts'
import { consoleLog } from './log.ts'
import { openVectors } from './upstream/vector/vectors.ts'

export { AccountObject } from './store/durable-object/account-object.ts'
export { DirectoryObject } from './store/durable-object/directory-object.ts'
export { ThrottleObject } from './store/durable-object/throttle-object.ts'

interface Started {
  readonly app: Pick<ReturnType<typeof createBrokenApp>, 'fetch'>
  readonly tend: () => Promise<void>
}
let started: Started | undefined

function start(env: Record<string, unknown>): Started {
  const built = buildGateway(gatewayConfig, env)
  if (built.ok) {
    const { gateway } = built
    const { keeper } = openVectors(gateway)
    const deps = { ...gateway, defaultPlan: gateway.config.default_plan, keeper }
    return { app: createApp(gateway), tend: () => tend(deps) }
  }
  consoleLog.error('misconfigured', { errors: built.errors })
  return { app: createBrokenApp(built.errors, consoleLog), tend: () => Promise.resolve() }
}

export default {
  fetch(request, env, context) {
    started ??= start(env)
    return started.app.fetch(request, env, context)
  },
  async scheduled(_controller, env) {
    started ??= start(env)
    await started.tend()
  },
} satisfies ExportedHandler<Record<string, unknown>>
