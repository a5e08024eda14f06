// Local start-up: `npm run dev`. The Worker in workerd with its accounts on the local disk, or in a
// Redis that is named; a demo upstream and a demo tenant. Needs no account, no server and no network
// unless it is given one. Ending it ends everything that it started.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { buildWorker } from '../build/build.ts'
import { GatewayConfig } from '../src/config/gateway.ts'
import config from '../tollgate.config.ts'
import { type AccountsPlace, describePlace } from './accounts-place.ts'
import { startBridge } from './bridge/bridge.ts'
import { RedisUnusable } from './bridge/redis.ts'
import { seedDemoTenant } from './demo-tenant.ts'
import { startDemoUpstream } from './demo-upstream.ts'
import { everyMinute } from './every-minute.ts'
import { lockFolder } from './folder-lock.ts'
import { guide } from './guide.ts'
import { readSettings, upstreamVariable, USAGE, type Settings } from './settings.ts'
import { openSecrets, saveSecrets } from './state-folder.ts'
import type { GuidedVectors } from './vector-guide.ts'
import { startWorkerd } from './workerd.ts'

const projectFolder = join(import.meta.dirname, '..')
/** An upstream on this machine asks for no credential, but the gateway never goes without one. */
const LOCAL_UPSTREAM_KEY = 'local'

const PORT_WAIT_MS = 1_000
const PORT_POLL_MS = 50

/** Undone last first, once, however the start ends. */
const undo: (() => Promise<void>)[] = []
let ending = false

async function end(exitCode: number): Promise<void> {
  if (ending) return
  ending = true
  for (const step of undo.toReversed()) await step().catch(complain)
  process.exit(exitCode)
}

function complain(error: unknown): void {
  console.error(`tollgate: ${error instanceof Error ? error.message : 'failed'}`)
}

async function main(): Promise<void> {
  const varsPath = join(projectFolder, '.dev.vars')
  if (existsSync(varsPath)) process.loadEnvFile(varsPath)
  const gateway = GatewayConfig.safeParse(config)
  if (!gateway.success) {
    throw new Error(`tollgate.config.ts is not valid:\n${z.prettifyError(gateway.error)}`)
  }
  const args = process.argv.slice(2)
  const reading = readSettings(args, process.env, gateway.data, projectFolder)
  switch (reading.kind) {
    case 'help':
      console.log(USAGE)
      return
    case 'refused':
      for (const problem of reading.problems) console.error(`tollgate: ${problem}`)
      console.error('tollgate: see npm run dev -- --help')
      process.exitCode = 2
      return
    case 'settings':
      await start(reading.settings, gateway.data)
  }
}

async function start(settings: Settings, gateway: GatewayConfig): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void end(0))
  }
  const lock = await lockFolder(settings.stateFolder)
  undo.push(() => lock.release())
  await demandFreePort(settings.port)
  const secrets = await openSecrets(settings.stateFolder)
  const accounts = await accountsBindings(settings.accounts)
  const [workerPath, upstreamUrls] = await Promise.all([
    buildWorker({ minify: false }),
    settings.demo ? withDemoUpstream(settings, playable(gateway)) : settings.upstreamUrls,
  ])
  const workerd = await startWorkerd({
    folder: settings.stateFolder,
    workerPath,
    addresses: [`127.0.0.1:${settings.port}`],
    bindings: { ...bindingsOf(settings, upstreamUrls, secrets.key_peppers), ...accounts },
    cron: true,
    onOutput: (text) => process.stderr.write(text),
  })
  undo.push(() => workerd.stop())
  await lock.record(workerd.pid)
  void workerd.gone.then(() => {
    if (!ending) console.error('tollgate: workerd has ended')
    return end(1)
  })
  const [gatewayUrl] = workerd.urls
  if (gatewayUrl === undefined) throw new Error('workerd listens nowhere')
  await demandReady(gatewayUrl)
  let demoKey: string | null = null
  if (settings.demo) {
    demoKey = await seedDemoTenant(gatewayUrl, settings.adminToken, secrets.demo_key)
    await saveSecrets(settings.stateFolder, { ...secrets, demo_key: demoKey })
  }
  console.log(`ready ${gatewayUrl}`)
  const tending = new AbortController()
  undo.push(async () => tending.abort())
  void everyMinute(() => workerd.fireCron(), { ended: tending.signal, complain })
  const { stateFolder, adminToken } = settings
  const accountsAt = describePlace(settings.accounts)
  const upstreams = [...upstreamUrls]
  const vectors = servedVectors(gateway, upstreamUrls)
  console.log(
    guide({ gatewayUrl, stateFolder, accountsAt, adminToken, upstreams, vectors, demoKey }),
  )
}

/** What tells the Worker where accounts are; a Redis is bridged to for as long as this process runs. */
async function accountsBindings(place: AccountsPlace): Promise<Readonly<Record<string, string>>> {
  switch (place.kind) {
    case 'objects':
      return {}
    case 'upstash':
      return place.bindings
    case 'redis': {
      const bridge = await startBridge(place.address).catch((error: unknown) => {
        if (!(error instanceof RedisUnusable)) throw error
        throw new Error(`REDIS_URL: this Redis cannot be used: ${error.message}`)
      })
      undo.push(() => bridge.close())
      return { UPSTASH_REDIS_REST_URL: bridge.url, UPSTASH_REDIS_REST_TOKEN: bridge.token }
    }
  }
}

/** What the demo upstream can play: the APIs of models. */
function playable({ upstreams }: GatewayConfig): string[] {
  return Object.entries(upstreams).flatMap(([name, upstream]) =>
    'models' in upstream ? [name] : [],
  )
}

/** A vector service that is declared without an address is not there. */
function servedVectors(
  { upstreams }: GatewayConfig,
  urls: ReadonlyMap<string, string>,
): GuidedVectors[] {
  return Object.entries(upstreams).flatMap(([name, upstream]) => {
    if (!('clusters' in upstream)) return []
    const { kind, base_url, clusters } = upstream
    const isServed = urls.has(name) || base_url !== undefined || clusters.length > 0
    return isServed ? [{ name, kind }] : []
  })
}

/** Upstreams that were given neither an address nor a credential are played by the demo upstream. */
async function withDemoUpstream(
  settings: Settings,
  upstreamNames: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const unset = upstreamNames.filter(
    (name) => !settings.upstreamUrls.has(name) && !settings.upstreamKeys.has(name),
  )
  if (unset.length === 0) return settings.upstreamUrls
  const demo = await startDemoUpstream()
  undo.push(() => demo.stop())
  return new Map([...settings.upstreamUrls, ...unset.map((name) => [name, demo.url] as const)])
}

function bindingsOf(
  settings: Settings,
  upstreamUrls: ReadonlyMap<string, string>,
  ownPeppers: string,
): Record<string, string> {
  const bindings: Record<string, string> = {
    ...Object.fromEntries(settings.issuerSecrets),
    ...Object.fromEntries(settings.clusterKeys),
    ADMIN_TOKEN: settings.adminToken,
    KEY_PEPPERS: settings.keyPeppers ?? ownPeppers,
  }
  const { jwtIssuers, storeDeadlineMs } = settings
  if (jwtIssuers !== undefined) bindings['JWT_ISSUERS'] = jwtIssuers
  if (storeDeadlineMs !== undefined) bindings['STORE_DEADLINE_MS'] = storeDeadlineMs
  for (const [name, url] of upstreamUrls) {
    bindings[upstreamVariable(name, 'URL')] = url
    bindings[upstreamVariable(name, 'KEY')] = LOCAL_UPSTREAM_KEY
  }
  for (const [name, key] of settings.upstreamKeys) bindings[upstreamVariable(name, 'KEY')] = key
  return bindings
}

const Readiness = z.looseObject({
  errors: z.array(z.string()).default([]),
  store: z.string().optional(),
})

/** The Worker itself knows best what is wrong with its bindings; each is told by name. */
async function demandReady(gatewayUrl: string): Promise<void> {
  const answer = await fetch(`${gatewayUrl}/readyz`)
  const { errors, store } = Readiness.parse(await answer.json())
  if (answer.ok) return
  const causes = store === undefined ? errors : [...errors, `accounts: ${store}`]
  throw new Error(['the gateway is not ready', ...causes].join('\n  '))
}

/**
 * Asked beforehand, because workerd's own words for a taken port help nobody. What an earlier start
 * has left behind may hold the port for a moment after its end.
 */
async function demandFreePort(port: number): Promise<void> {
  const giveUpAt = Date.now() + PORT_WAIT_MS
  for (;;) {
    const fault = await faultOfPort(port)
    if (fault === null) return
    if (Date.now() > giveUpAt) {
      throw new Error(`port ${port} is not free (${fault}): name another with --port`)
    }
    await pause(PORT_POLL_MS)
  }
}

async function faultOfPort(port: number): Promise<string | null> {
  const probe = createServer()
  try {
    probe.listen({ port, host: '127.0.0.1', exclusive: true })
    await once(probe, 'listening')
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'taken'
  } finally {
    probe.close()
  }
}

main().catch((error: unknown) => {
  complain(error)
  return end(1)
})
